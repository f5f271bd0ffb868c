/** Why a PIN is refused; worded for the person in the renderer. */
export type PinWeakness = 'too-short' | 'few-characters' | 'sequence' | 'repetition' | 'common' | 'date'

/** What people choose first, beyond what the rules below catch: whatever begins with one of them is refused. In lower case. */
const common =
  '123456 654321 password passwort letmein welcome qwerty qwertz azerty 1q2w3e q1w2e3 abc123 123abc iloveyou monkey dragon football baseball superman master admin changeme chartkeep hospital doctor nurse secret 147258 159753 159357 258456 135790 246810 111222 112233 223344 102030 131313 142536 789456 456789 741852 123qwe qazwsx zaq12wsx asdfgh 1qaz2wsx 2580 0852'.split(
    ' ',
  )

/** Number line, alphabet, rows and columns of the usual keyboards. */
const rows = ['0123456789', 'abcdefghijklmnopqrstuvwxyz', 'qwertyuiop', 'qwertzuiop', 'azertyuiop', 'asdfghjkl', 'zxcvbnm', 'yxcvbnm', '147258369', '741852963']

/**
 * Tells why a PIN is too easy to guess, or nothing. `minLength` in characters, from the policy. The tries are counted and few; this keeps the first
 * few guesses of a stranger from being right (NIST SP 800-63B-4 §3.1.1.2: block what is commonly used). The screen and `records` ask here alike.
 */
export function pinWeakness(pin: string, minLength: number): PinWeakness | undefined {
  const characters = Array.from(pin.normalize('NFKC').toLowerCase())
  const text = characters.join('')
  if (characters.length < minLength) return 'too-short'
  if (new Set(characters).size <= 2) return 'few-characters'
  if (isRun(text)) return 'sequence'
  if (isRepetition(text)) return 'repetition'
  if (common.some((word) => text.startsWith(word))) return 'common'
  if (isDate(text)) return 'date'
  return undefined
}

/** Neighbours in either direction, also around the end: 8901. */
function isRun(text: string): boolean {
  const backwards = Array.from(text).reverse().join('')
  return rows.some((row) => (row + row).includes(text) || (row + row).includes(backwards))
}

/** The same piece again and again: 123123, abcabc. */
function isRepetition(text: string): boolean {
  return (text + text).indexOf(text, 1) < text.length
}

/** Six or eight digits that are a day: ddmmyy, mmddyy, yymmdd, with two or four digits of year. The first guess of whoever knows a birthday. */
function isDate(text: string): boolean {
  if (!/^(\d{6}|\d{8})$/.test(text)) return false
  const at = (from: number, to: number) => Number(text.slice(from, to))
  const isDay = (first: number, second: number) => (within(first, 31) && within(second, 12)) || (within(first, 12) && within(second, 31))
  if (text.length === 6) return isDay(at(0, 2), at(2, 4)) || isDay(at(2, 4), at(4, 6))
  const isYear = (value: number) => value >= 1900 && value < 2100
  return (isYear(at(4, 8)) && isDay(at(0, 2), at(2, 4))) || (isYear(at(0, 4)) && isDay(at(4, 6), at(6, 8)))
}

function within(value: number, most: number): boolean {
  return value >= 1 && value <= most
}
