/**
 * Starts the application of the folder in CHARTKEEP_HELD_APP, and holds its `ready` back until Playwright watches. Without that Playwright
 * attaches while the first page is on its way from one process to another, and in one start of twenty waits for ever. (Playwright's own
 * loader does the same, and changes forty of Chromium's switches besides: then it would not be our application any more.)
 * With CHARTKEEP_HELD_FURTHER it is held until `goOn()` is called too: by whoever has to see the first page from its first moment.
 */
import { app } from 'electron'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const folder = process.env['CHARTKEEP_HELD_APP']
delete process.env['CHARTKEEP_HELD_APP']
const about = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
app.setName(about.productName ?? about.name)
app.setVersion(about.version)
app.setAppPath(folder)

const ready = app.whenReady.bind(app)
const watched = new Promise((resolve) => {
  // The name that Playwright calls when it has attached.
  Object.assign(globalThis, { ['__playwright_run']: resolve })
})
const further = process.env['CHARTKEEP_HELD_FURTHER'] === undefined ? undefined : new Promise((resolve) => Object.assign(globalThis, { goOn: resolve }))
delete process.env['CHARTKEEP_HELD_FURTHER']
app.whenReady = async () => {
  await watched
  await further
  return ready()
}
await import(pathToFileURL(join(folder, about.main)).href)
