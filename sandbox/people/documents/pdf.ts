// oxlint-disable-next-line import/no-named-as-default -- its types know the default alone
import PDFDocument from 'pdfkit'
import type { Day } from '../calendar.ts'

export interface Page {
  readonly title: string
  /** Under the title, in small type: who, when. */
  readonly lines: readonly string[]
  readonly paragraphs: readonly string[]
  readonly day: Day
}

const watermark = 'Synthetic. Nobody in this document is real.'

/**
 * A letter-size PDF, to the byte the same for the same content. Its fonts are those that every reader has, and know Western letters
 * alone: others lose their marks, and what is left is a question mark. A name in another script is given in Latin letters.
 */
export function pdfOf({ title, lines, paragraphs, day }: Page): Buffer {
  const written = new Date(day * 86_400_000)
  const document = new PDFDocument({
    size: 'LETTER',
    margin: 60,
    info: { Title: western(title), Author: 'Millbrook Falls General Hospital (synthetic)', CreationDate: written, ModDate: written },
  })
  document.font('Helvetica-Bold').fontSize(16).text(western(title)).moveDown(0.4)
  document.font('Helvetica').fontSize(9)
  for (const line of lines) document.text(western(line))
  document.moveDown().fontSize(11)
  for (const paragraph of paragraphs) document.text(western(paragraph), { lineGap: 2 }).moveDown(0.7)
  document.fontSize(8).text(watermark)
  document.end()
  // Everything is written by now: the library waits for images and files alone, and there are none.
  const bytes: unknown = document.read()
  if (!Buffer.isBuffer(bytes)) throw new Error('The document was not written.')
  return bytes
}

/** What Windows-1252 has, from here on beside Latin-1: the dashes, quotes, ellipsis, Š, Ž, Œ and the like. */
const beyondLatin = '€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ'
const isWestern = (character: string) => (character <= 'ÿ' && !(character > '~' && character < ' ')) || beyondLatin.includes(character)

/** The letters that these fonts have. */
export function western(text: string): string {
  return Array.from(text.normalize('NFC'), (character) => {
    if (isWestern(character)) return character
    const bare = character.normalize('NFKD').replace(/\p{M}+/gu, '')
    return Array.from(bare).every(isWestern) ? bare : '?'
  }).join('')
}
