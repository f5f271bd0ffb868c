/**
 * How hard a PIN is to guess for someone who holds the disk and the keychain and tries PINs as fast as the key
 * derivation lets them. Honest rather than flattering: what people choose first is counted as tried first.
 */
export type PinLevel = 'refused' | 'weak' | 'fair' | 'strong'

export interface PinStrength {
  readonly level: PinLevel
  /** How many such PINs there are: after so many tries it is found. */
  readonly guesses: number
  /** Seconds for that many tries, at `secondsPerGuess`. */
  readonly seconds: number
  /** True when it is a sequence, a repeat, a date, or one of the first a thief tries. */
  readonly pattern: boolean
}

/** The floor that the key derivation guarantees for one try (docs/security: Argon2id, ≥ 250 ms). */
const secondsPerGuess = 0.25
const shortest = 6
const common = ['123456', '654321', '111222', '112233', '121212', '123123', '159753', '147258', '135790', '246810', 'password', 'passwort', 'qwerty', 'qwertz', 'azerty', 'letmein', 'welcome', 'chartkeep', 'doctor', 'hospital', 'abc123', 'iloveyou', 'admin']
const rows = ['01234567890', 'abcdefghijklmnopqrstuvwxyz', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm', 'qwertzuiop', 'azertyuiop', '147258369', '741852963']

/** Judges a PIN as it is typed; `records` has the last word, by policy. */
export function pinStrength(pin: string): PinStrength {
  const pattern = isPattern(pin)
  const guesses = pattern ? 1_000 : alphabet(pin) ** pin.length
  const seconds = guesses * secondsPerGuess
  return { level: pattern || pin.length < shortest ? 'refused' : levelOf(seconds), guesses, seconds, pattern }
}

const day = 86_400
const year = 365.25 * day

function levelOf(seconds: number): PinLevel {
  if (seconds < 30 * day) return 'weak'
  return seconds < 100 * year ? 'fair' : 'strong'
}

/** How many characters a guesser must consider at each place: by the kinds that occur. */
function alphabet(pin: string): number {
  const kinds = [
    [/[0-9]/, 10],
    [/[a-z]/, 26],
    [/[A-Z]/, 26],
    [/[^A-Za-z0-9]/, 20],
  ] as const
  return Math.max(1, kinds.reduce((sum, [kind, size]) => sum + (kind.test(pin) ? size : 0), 0))
}

function isPattern(pin: string): boolean {
  const text = pin.toLowerCase()
  if (text === '') return false
  return new Set(text).size <= 2 || isRepeat(text) || common.some((word) => text.startsWith(word) || word.startsWith(text)) || isRun(text) || isDate(text)
}

/** The same part again and again: 123123, abcabc. */
function isRepeat(text: string): boolean {
  return (text + text).indexOf(text, 1) < text.length
}

/** Neighbours on the number line, in the alphabet or on a keyboard, in either direction. */
function isRun(text: string): boolean {
  const backwards = Array.from(text).reverse().join('')
  return rows.some((row) => (row + row).includes(text) || (row + row).includes(backwards))
}

/** Six or eight digits that are a day of some calendar: ddmmyy, mmddyy, yymmdd, with two or four digits of year. */
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
