import { createHash } from 'node:crypto'

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'
/** 26 characters of 5 bits: 130 bits of the hash. */
const length = 26

/**
 * The name of a user on this workstation: opaque, stable, the same for the same person at the same EHR. Names their
 * folder and their keychain entries, and is part of every usage context. RFC 4648 base32 in lower case, of
 * SHA-256(issuer NUL subject).
 */
export function userKeyOf(issuer: string, subject: string): string {
  const digest = createHash('sha256').update(issuer).update('\0').update(subject).digest()
  let bits = 0
  let held = 0
  let text = ''
  for (const byte of digest) {
    bits = (bits << 8) | byte
    held += 8
    while (held >= 5 && text.length < length) {
      held -= 5
      text += alphabet.charAt((bits >> held) & 31)
    }
    bits &= 0xff
  }
  return text
}
