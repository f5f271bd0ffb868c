/** Why a PIN is refused; worded for the person in the renderer. */
export type PinWeakness = 'too-short' | 'one-character' | 'sequence' | 'repetition' | 'common' | 'date'

/** What people choose first, beyond what the rules below catch. Compared in lower case. */
const common = new Set(
  'password passwort letmein welcome qwerty qwertz azerty 1q2w3e 1q2w3e4r q1w2e3 abc123 123abc iloveyou monkey dragon football baseball superman master admin changeme chartkeep hospital doctor nurse secret 147258 147258369 159753 159357 258456 2580 0852 112233 223344 102030 696969 131313 142536 789456 456789 741852 741852963 123qwe qazwsx zaq12wsx asdfgh asdfghjkl 1qaz2wsx'.split(' '),
)

const steps = ['01234567890', '09876543210', 'abcdefghijklmnopqrstuvwxyz', 'qwertyuiop', 'qwertzuiop', 'asdfghjkl', 'zxcvbnm', 'yxcvbnm'].flatMap((row) => [row, reversed(row)])

/**
 * Tells why a PIN is too easy to guess, or nothing. `minLength` in characters, from the policy. The tries are counted and few;
 * this keeps the first few guesses of a stranger from being right (NIST SP 800-63B-4 §3.1.1.2: block what is commonly used).
 */
export function pinWeakness(pin: string, minLength: number): PinWeakness | undefined {
  const characters = Array.from(pin.normalize('NFKC').toLowerCase())
  const text = characters.join('')
  if (characters.length < minLength) return 'too-short'
  if (new Set(characters).size === 1) return 'one-character'
  if (steps.some((row) => row.includes(text))) return 'sequence'
  if (isRepetition(text)) return 'repetition'
  if (common.has(text)) return 'common'
  if (isDate(text)) return 'date'
  return undefined
}

function reversed(text: string): string {
  return Array.from(text).reverse().join('')
}

/** `1212`, `abcabc`: one short piece again and again. */
function isRepetition(text: string): boolean {
  return text.length >= 4 && /^(.{1,4})\1+$/u.test(text)
}

/** A day of the last hundred years written in digits: the first guess of whoever knows a birthday. */
function isDate(text: string): boolean {
  const found = /^(\d{2})(\d{2})(\d{4})$/.exec(text) ?? undefined
  if (found !== undefined) {
    const [, first, second, year] = found.map(Number)
    if (isDay(year, first, second) || isDay(year, second, first)) return true
  }
  const iso = /^(\d{4})(\d{2})(\d{2})$/.exec(text) ?? undefined
  if (iso === undefined) return false
  const [, year, month, day] = iso.map(Number)
  return isDay(year, month, day)
}

function isDay(year = 0, month = 0, day = 0): boolean {
  return year >= 1920 && year <= 2039 && month >= 1 && month <= 12 && day >= 1 && day <= 31
}
