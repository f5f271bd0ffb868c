/** A name to be told apart from others on the same screen. */
export type NameToCompare = { readonly id: string; readonly family: string | undefined; readonly given: readonly string[] }

export type Likeness = { readonly with: string; readonly how: 'same' | 'similar' }

type Spelling = { readonly letters: string; readonly sound: string | undefined }
type Key = { readonly family: Spelling; readonly given: Spelling }

// Letters that do not come apart under NFD.
const plain: Readonly<Record<string, string>> = { ß: 'ss', ø: 'o', ł: 'l', æ: 'ae', œ: 'oe', đ: 'd', ð: 'd', þ: 'th', ı: 'i' }

/** Lower case, without diacritics, spaces, hyphens and apostrophes: O'Brien, OBRIEN and Ó Brien are one. */
export function normaliseName(name: string): string {
  return name
    .normalize('NFD')
    .toLowerCase()
    .replace(/[\p{M}]/gu, '')
    .replace(/[ßøłæœđðþı]/g, (letter) => plain[letter] ?? letter)
    .replace(/[^\p{L}\p{N}]/gu, '')
}

/**
 * For each name of a list, those of the others that could be taken for it.
 * `same`: equal once normalised, in either order of family and first given name.
 * `similar`: both family and first given name are near: one edit (a swap of neighbours counts as one) up to five letters, two from
 * six on; or they sound alike (American Soundex, Latin script); or one given name begins the other (Rob, Robert).
 * Errs to the side of warning. For lists on a screen: the work grows with the square of the list.
 */
export function similarNames(names: readonly NameToCompare[]): ReadonlyMap<string, readonly Likeness[]> {
  const keyed = names.flatMap((name) => {
    const key = keyOf(name)
    return key.family.letters + key.given.letters === '' ? [] : [{ id: name.id, key }]
  })
  const found = new Map<string, Likeness[]>()
  const note = (id: string, likeness: Likeness): void => void found.set(id, [...(found.get(id) ?? []), likeness])
  keyed.forEach((one, index) => {
    for (const other of keyed.slice(index + 1)) {
      const how = one.id === other.id ? undefined : likeness(one.key, other.key)
      if (how === undefined) continue
      note(one.id, { with: other.id, how })
      note(other.id, { with: one.id, how })
    }
  })
  return found
}

function keyOf({ family, given }: NameToCompare): Key {
  return { family: spellingOf(family), given: spellingOf(given[0]) }
}

function spellingOf(name: string | undefined): Spelling {
  const letters = normaliseName(name ?? '')
  return { letters, sound: soundex(letters) }
}

function likeness(a: Key, b: Key): Likeness['how'] | undefined {
  const isSame = (one: Spelling, other: Spelling): boolean => one.letters === other.letters
  if ((isSame(a.family, b.family) && isSame(a.given, b.given)) || (isSame(a.family, b.given) && isSame(a.given, b.family))) return 'same'
  if (!isNear(a.family, b.family)) return undefined
  return isNear(a.given, b.given) || begins(a.given, b.given) || begins(b.given, a.given) ? 'similar' : undefined
}

function begins(short: Spelling, long: Spelling): boolean {
  return short.letters.length >= 3 && long.letters.startsWith(short.letters)
}

function isNear(one: Spelling, other: Spelling): boolean {
  const [a, b] = [one.letters, other.letters]
  if (a === b) return true
  if (a === '' || b === '') return false
  const shorter = Math.min(a.length, b.length)
  // Of three letters one is a third of the name: Kim and Tim are two names, Lee and Lea are not.
  if (shorter <= 3 && a[0] !== b[0]) return false
  if (one.sound !== undefined && one.sound === other.sound) return true
  const allowed = shorter <= 5 ? 1 : 2
  return Math.abs(a.length - b.length) <= allowed && editDistance(a, b) <= allowed
}

/** Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours (Damerau 1964). */
export function editDistance(a: string, b: string): number {
  const [from, to] = [[...a], [...b]]
  let beforeLast: number[] = []
  let last = Array.from({ length: to.length + 1 }, (_, column) => column)
  from.forEach((letter, row) => {
    const current = [row + 1]
    to.forEach((other, column) => {
      const cost = letter === other ? 0 : 1
      const best = Math.min((last[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1, (last[column] ?? 0) + cost)
      const swapped = row > 0 && column > 0 && letter === to[column - 1] && from[row - 1] === other
      current.push(swapped ? Math.min(best, (beforeLast[column - 1] ?? 0) + 1) : best)
    })
    beforeLast = last
    last = current
  })
  return last[to.length] ?? 0
}

const sounds: Readonly<Record<string, string>> = {
  b: '1', f: '1', p: '1', v: '1',
  c: '2', g: '2', j: '2', k: '2', q: '2', s: '2', x: '2', z: '2',
  d: '3', t: '3', l: '4', m: '5', n: '5', r: '6',
} // prettier-ignore

/** American Soundex (US National Archives), letter and three digits; undefined outside a–z. */
export function soundex(name: string): string | undefined {
  if (!/^[a-z]+$/.test(name)) return undefined
  let code = ''
  let previous = sounds[name[0] ?? ''] ?? ''
  for (const letter of name.slice(1)) {
    const sound = sounds[letter] ?? ''
    if (sound !== '' && sound !== previous) code += sound
    // h and w do not part two letters of one sound; a vowel does.
    if (letter !== 'h' && letter !== 'w') previous = sound
  }
  return `${name[0] ?? ''}${code}000`.slice(0, 4)
}
