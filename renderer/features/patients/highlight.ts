/** A stretch of a text, and whether it is what was searched for. */
export interface Stretch {
  readonly text: string
  readonly hit: boolean
}

/**
 * Where the words of a search begin a word of the text: capitals and diacritics make no difference.
 * The stretches put together are the text, unchanged: the screen marks, it never rewrites a name.
 */
export function highlight(text: string, search: string): readonly Stretch[] {
  // Code points, not graphemes: a mark that stands by itself folds to nothing and goes with the letter before it.
  const letters = Array.from(text)
  const folded = letters.map(fold)
  const hits = letters.map(() => false)
  for (const word of search.split(/[\s,]+/).map((part) => Array.from(part, fold).join('')).filter((part) => part !== '')) {
    for (const [start] of letters.entries()) {
      if (start > 0 && isLetter(letters[start - 1] ?? '')) continue
      const length = matchedLength(folded, start, word)
      for (let at = start; at < start + length; at += 1) hits[at] = true
    }
  }
  return joined(letters, hits)
}

/** How many letters from `start` on spell the word; 0 where they do not. */
function matchedLength(folded: readonly string[], start: number, word: string): number {
  let spelled = ''
  for (let at = start; at < folded.length && spelled.length < word.length; at += 1) {
    spelled += folded[at] ?? ''
    if (!word.startsWith(spelled)) return 0
    if (spelled === word) return at - start + 1
  }
  return 0
}

function fold(letter: string): string {
  return letter.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}

function isLetter(letter: string): boolean {
  return /[\p{L}\p{N}]/u.test(letter)
}

function joined(letters: readonly string[], hits: readonly boolean[]): readonly Stretch[] {
  const stretches: { text: string; hit: boolean }[] = []
  for (const [at, letter] of letters.entries()) {
    const hit = hits[at] ?? false
    const last = stretches.at(-1)
    if (last?.hit === hit) last.text += letter
    else stretches.push({ text: letter, hit })
  }
  return stretches
}
