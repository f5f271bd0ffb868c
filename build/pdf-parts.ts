import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

const library = join(import.meta.dirname, '..', 'node_modules', 'pdfjs-dist')
/** Plain JavaScript, for what scanners write: our CSP allows no WebAssembly. */
const decoders = ['jbig2_nowasm_fallback.js', 'openjpeg_nowasm_fallback.js']
const fonts = ['FoxitDingbats.pfb', 'FoxitSymbol.pfb']

/** What pdf.js asks for by name while it draws, beside the page in `pdf/`: decoders as they are, fonts as scripts, since no page of ours may fetch. */
export function pdfParts(): Plugin {
  return {
    name: 'pdf-parts',
    generateBundle() {
      for (const name of decoders) this.emitFile({ type: 'asset', fileName: `pdf/${name}`, source: readFileSync(join(library, 'wasm', name)) })
      for (const name of fonts) {
        const font = readFileSync(join(library, 'standard_fonts', name)).toString('base64')
        this.emitFile({ type: 'asset', fileName: `pdf/${name}.js`, source: `export default ${JSON.stringify(font)}\n` })
      }
    },
  }
}
