/** A key that went down. `at`: milliseconds, by when the system saw it, not by when we did. */
export interface Stroke {
  readonly key: string
  readonly at: number
  /** It was held down: a badge holds none. */
  readonly repeat: boolean
}

/** No hand types so many keys at such distances: a reader sends one every few milliseconds. Milliseconds. */
const widestGap = 35
/** As the contract has it. */
const least = 6
const most = 32

/**
 * Tells a badge reader that types from a person who does: digits at a distance no hand keeps up, and Enter right after them. Gives the number at that
 * Enter, and undefined for every other key.
 */
export function badgeReader(): (stroke: Stroke) => string | undefined {
  let digits = ''
  let last = Number.NEGATIVE_INFINITY
  return ({ key, at, repeat }) => {
    const isRushed = at >= last && at - last <= widestGap
    last = at
    if (key === 'Enter') {
      const badge = isRushed && !repeat && digits.length >= least && digits.length <= most ? digits : undefined
      digits = ''
      return badge
    }
    const isDigit = /^\d$/.test(key) && !repeat
    digits = isDigit ? (isRushed ? digits + key : key) : ''
    // Longer than any badge, it stays too long: what runs on is no badge.
    if (digits.length > most + 1) digits = digits.slice(0, most + 1)
    return undefined
  }
}
