import { pinWeakness } from '../../../shared/pin-weakness.ts'

/**
 * How hard a PIN is to guess for someone who holds the disk and the keychain and tries PINs as fast as the key
 * derivation lets them. Honest rather than flattering: what people choose first is counted as tried first.
 */
type PinLevel = 'refused' | 'weak' | 'fair' | 'strong'

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
/** Judges a PIN as it is typed; `records` has the last word, by policy. */
export function pinStrength(pin: string): PinStrength {
  // While it is still too short, what is there is judged all the same: the hint must not wait for the last character.
  const weakness = pinWeakness(pin, 1)
  const pattern = weakness !== undefined && pin !== ''
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
