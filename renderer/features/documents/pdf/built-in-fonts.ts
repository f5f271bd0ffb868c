/** Those of PDF's fourteen fonts that no system has alike: ticks and Greek letters. The others are the system's. */
const fonts: ReadonlySet<string> = new Set(['FoxitDingbats.pfb', 'FoxitSymbol.pfb'])

/** What lies beside the page for pdf.js (build/pdf-parts.ts). */
export const pdfPlace = (): string => new URL('pdf/', document.baseURI).href

/** Rejects where it is none of them: pdf.js then draws with what there is. A script, since our CSP lets no page fetch anything. */
export async function builtInFont(filename: string): Promise<Uint8Array> {
  if (!fonts.has(filename)) throw new Error('no such font')
  const font: unknown = await import(/* @vite-ignore */ `${pdfPlace()}${filename}.js`)
  if (typeof font !== 'object' || font === null || !('default' in font) || typeof font.default !== 'string') throw new Error('no such font')
  return Uint8Array.from(atob(font.default), (character) => character.charCodeAt(0))
}
