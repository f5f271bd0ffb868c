/**
 * Codes that two people read to each other over a telephone: what a lock screen without tries asks, and what the support desk answers.
 * Nothing that is taken for something else on a screen (no 0 and O, no 1, I and L), in groups of five, with a last character that tells a slip from
 * a wrong code. A response gives tries; it proves nobody.
 */
export const alphabet = '23456789ABCDEFGHJKMNPQRSTUVWXYZ'
/** A prime, so that a sum weighted by place notices every single wrong character and every two that were swapped. */
const base = alphabet.length

/** Characters that carry something, before the one that checks them: 31⁹ is 2^44.6. */
export const codeLength = 9
const groupLength = 5

declare const codeBrand: unique symbol
/** Ten characters, the last of which fits the others. */
export type UnlockCode = string & { readonly [codeBrand]: true }

function checkOf(characters: string): string {
  const sum = Array.from(characters).reduce((total, character, index) => total + (index + 1) * alphabet.indexOf(character), 0)
  return alphabet.charAt(sum % base)
}

/** `digits`: nine whole numbers of 0–30. */
export function codeOf(digits: readonly number[]): UnlockCode {
  const characters = digits.map((digit) => alphabet.charAt(digit)).join('')
  if (digits.length !== codeLength || characters.length !== codeLength) throw new RangeError('a code has nine digits of base 31')
  // It has just been given the character that fits.
  return `${characters}${checkOf(characters)}` as UnlockCode
}

/** What somebody typed, however they grouped it; undefined where it is no code: a slip, and no guess. */
export function readCode(typed: string): UnlockCode | undefined {
  const characters = typed.toUpperCase().replace(/[\s\-–.]/g, '')
  if (characters.length !== codeLength + 1 || !Array.from(characters).every((character) => alphabet.includes(character))) return undefined
  const carried = characters.slice(0, codeLength)
  // Checked: its last character fits.
  return checkOf(carried) === characters.slice(codeLength) ? (characters as UnlockCode) : undefined
}

/** As it is shown and read aloud: `7KX2M-94QRT`. */
export const grouped = (code: UnlockCode): string => `${code.slice(0, groupLength)}-${code.slice(groupLength)}`

/** The digits of nine characters of a hash. `bytes`: eight at least; the bias of taking 64 bits by 31⁹ is below 2^-19. */
export function digitsOf(bytes: Uint8Array): number[] {
  let rest = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0)
  return Array.from({ length: codeLength }, () => {
    const digit = Number(rest % BigInt(base))
    rest /= BigInt(base)
    return digit
  })
}

/** How many digits there are, for whoever draws them at random. */
export const codeBase = base

/** The first character of a challenge tells under which secret it is to be answered. `digest`: SHA-256 of the secret. */
export const secretDigit = (digest: Uint8Array): number => (digest[0] ?? 0) % base

/** The digit that a challenge names its secret by. */
export const secretDigitIn = (challenge: UnlockCode): number => alphabet.indexOf(challenge.charAt(0))

/** What a response is the HMAC-SHA-256 of, under the workstation's secret. `user`: `sub` at the EHR. */
export const answeredText = ({ deviceId, user, challenge }: { readonly deviceId: string; readonly user: string; readonly challenge: UnlockCode }): string =>
  ['chartkeep unlock response v1', deviceId, user, challenge].join('\0')

/** Since it was shown. Milliseconds. */
export const challengeMs = 600_000
