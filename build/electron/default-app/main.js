/**
 * What the development Electron runs when it is started on a folder: it takes the folder's name, version and entry, then loads it.
 * Electron calls such an application a "default app"; `app.isPackaged` stays false. It is an ES module that awaits the application, because
 * Electron holds `ready` back until an entry of that kind is done, and schemes can be registered before `ready` alone.
 */
import { app } from 'electron'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

async function load(place) {
  if (!statSync(place).isDirectory()) return import(pathToFileURL(place).href)
  const description = join(place, 'package.json')
  const about = existsSync(description) ? JSON.parse(readFileSync(description, 'utf8')) : {}
  if (about.version) app.setVersion(about.version)
  if (about.productName ?? about.name) app.setName(about.productName ?? about.name)
  if (about.desktopName) app.setDesktopName(about.desktopName)
  app.setAppPath(place)
  const main = join(place, about.main ?? 'index.js')
  const isModule = main.endsWith('.mjs') || (about.type === 'module' && !main.endsWith('.cjs'))
  return isModule ? import(pathToFileURL(main).href) : createRequire(main)(main)
}

process.defaultApp = true
const named = process.argv.slice(1).find((argument) => !argument.startsWith('-'))
if (named === undefined) {
  process.stderr.write('Name the folder of an application.\n')
  app.exit(2)
} else {
  try {
    await load(resolve(named))
  } catch (error) {
    process.stderr.write(`${error.stack}\n`)
    app.exit(1)
  }
}
