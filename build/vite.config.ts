import react from '@vitejs/plugin-react'
import { join } from 'node:path'
import type { UserConfig } from 'vite'
import { pdfParts } from './pdf-parts.ts'

const root = join(import.meta.dirname, '..', 'renderer')

/** The page: served over app://chartkeep under a CSP that allows no inline script, no data: font, nothing from elsewhere. */
const config: UserConfig = {
  root,
  base: './',
  publicDir: false,
  plugins: [react(), pdfParts()],
  build: {
    target: 'chrome130',
    outDir: join(root, '..', 'out', 'app', 'renderer'),
    emptyOutDir: true,
    sourcemap: 'hidden',
    // Every asset is a file of its own: an inlined one would be a data: URL, which the CSP refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // What the first screen needs comes in one script and one style sheet: each file is asked of main while main is at work on its own start.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'start', tags: ['$initial'] }] } } },
  },
  logLevel: 'warn',
}

export default config
