import { alphabet } from './unlock-codes.ts'

const base64url = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const length = 8
const groupLength = 4
/** Fewer characters than that are a word that somebody searches for. */
const leastTyped = 4

function charactersOf(deviceId: string): string {
  // 48 of its bits, which are random: among 20,000 workstations two share a code once in some four thousand hospitals.
  let rest = Array.from(deviceId.slice(0, length)).reduce((sum, character) => sum * 64 + Math.max(0, base64url.indexOf(character)), 0)
  return Array.from({ length }, () => {
    const digit = rest % alphabet.length
    rest = Math.floor(rest / alphabet.length)
    return alphabet.charAt(digit)
  }).join('')
}

/**
 * By what a workstation is found at the support desk when somebody reads it out over a telephone: `7KX2-M94Q`. It follows from the device id that the
 * workstation registered with (ADR 0024), and is no secret: it opens nothing, and answers nothing.
 */
export function workstationCode(deviceId: string): string {
  const characters = charactersOf(deviceId)
  return `${characters.slice(0, groupLength)}-${characters.slice(groupLength)}`
}

/** However it is grouped. */
const plain = (typed: string): string => typed.toUpperCase().replace(/[\s\-–.]/g, '')

/** Whether what somebody typed, however they grouped it, is this workstation's code, or how it begins. */
export function isCodeOf(deviceId: string, typed: string): boolean {
  const characters = plain(typed)
  return characters.length >= leastTyped && charactersOf(deviceId).startsWith(characters)
}

/** Whether it is the whole of this workstation's code. */
export function isWholeCodeOf(deviceId: string, typed: string): boolean {
  const characters = plain(typed)
  return characters.length === length && charactersOf(deviceId) === characters
}
