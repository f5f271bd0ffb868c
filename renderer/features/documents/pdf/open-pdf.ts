import type { PDFDocumentProxy, PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { builtInFont, pdfPlace } from './built-in-fonts.ts'

/** A PDF that can be drawn, page by page. */
export interface Pdf {
  readonly pages: number
  page(number: number): Promise<PdfPage>
  close(): void
}

export interface PdfPage {
  /** In CSS pixels at 100 %. */
  readonly width: number
  readonly height: number
  /** What is written on it, for who does not see it. */
  text(): Promise<string>
  /** Draws it; aborting ends it. */
  draw(canvas: HTMLCanvasElement, scale: number, signal: AbortSignal): Promise<void>
}

/** Pixels of one picture inside a PDF, and of a drawn page: four bytes each. */
const mostPixels = 60_000_000

/**
 * Opens a PDF with pdf.js, in this page and without what our CSP refuses: no worker (Trusted Types allow no address of one), no WebAssembly, no fetch.
 * Nothing in it is run, filled in or followed: pdf.js is given no place for scripts, forms or links. Rejects where it cannot be read.
 */
export async function openPdf(bytes: Uint8Array<ArrayBuffer>): Promise<Pdf> {
  // The second one offers itself to the first, which then needs no worker.
  const [pdfjs] = await Promise.all([import('pdfjs-dist/legacy/build/pdf.mjs'), import('pdfjs-dist/legacy/build/pdf.worker.mjs')])
  const loading = pdfjs.getDocument({
    data: bytes.slice(),
    // For scans: decoders of JPEG 2000 and JBIG2 in plain JavaScript, beside the page (build/pdf-parts.ts).
    wasmUrl: pdfPlace(),
    useWasm: false,
    useWorkerFetch: false,
    useSystemFonts: true,
    BinaryDataFactory: class {
      fetch({ filename }: { readonly filename: string }): Promise<Uint8Array> {
        return builtInFont(filename)
      }
    },
    disableWorkerRendering: true,
    enableXfa: false,
    disableAutoFetch: true,
    disableStream: true,
    disableRange: true,
    maxImageSize: mostPixels,
    verbosity: 0,
  })
  const pdf: PDFDocumentProxy = await loading.promise
  return {
    pages: pdf.numPages,
    page: async (number) => pageOf(await pdf.getPage(number), pdfjs.AnnotationMode.ENABLE),
    close: () => void loading.destroy(),
  }
}

/** `annotationMode`: what was filled in and stamped is drawn, since it is part of what the page says; nothing of it can be used. */
function pageOf(page: PDFPageProxy, annotationMode: number): PdfPage {
  const whole = page.getViewport({ scale: 1 })
  return {
    width: whole.width,
    height: whole.height,
    async text() {
      const { items } = await page.getTextContent()
      return items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join('')
    },
    async draw(canvas, scale, signal) {
      const largest = Math.sqrt(mostPixels / Math.max(1, whole.width * whole.height))
      const viewport = page.getViewport({ scale: Math.min(scale, largest) })
      canvas.width = Math.max(1, Math.floor(viewport.width))
      canvas.height = Math.max(1, Math.floor(viewport.height))
      const task = page.render({ canvas, viewport, annotationMode })
      signal.addEventListener('abort', () => task.cancel(), { once: true })
      await task.promise
    },
  }
}
