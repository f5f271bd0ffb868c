import { build } from 'esbuild'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** Builds the empty Electron and React application into `folder` and gives the folder to start it from. */
export async function buildFloor(folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true })
  await build({
    entryPoints: [path.join(import.meta.dirname, 'page.jsx')],
    outfile: path.join(folder, 'page.js'),
    bundle: true,
    minify: true,
    format: 'esm',
    jsx: 'automatic',
    target: 'chrome130',
    define: { 'process.env.NODE_ENV': '"production"' },
  })
  copyFileSync(path.join(import.meta.dirname, 'main.cjs'), path.join(folder, 'main.cjs'))
  writeFileSync(path.join(folder, 'index.html'), '<!doctype html><title>Floor</title><div id="root"></div><script type="module" src="page.js"></script>')
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name: 'floor', main: 'main.cjs' }))
  return folder
}
