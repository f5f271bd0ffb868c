/**
 * Text as FHIR R4 §3.1.1.4.8 wants strings compared: without case, accents or punctuation inside a word.
 * "García-López" becomes "garcia lopez", "O’Brien" becomes "obrien".
 */
export function foldText(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/['’ʼ`´]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .replace(/ß/g, 'ss')
    .replace(/ø/g, 'o')
    .replace(/ł/g, 'l')
    .replace(/æ/g, 'ae')
    .replace(/đ/g, 'd')
    .trim()
}

/** The folded text from its start and from each later word, so that "von der Berg" is found as "berg". At most `most` of them. */
export function wordStarts(text: string, most = 6): string[] {
  const folded = foldText(text)
  if (folded === '') return []
  const words = folded.split(' ')
  return words.slice(0, most).map((_, index) => words.slice(index).join(' '))
}
