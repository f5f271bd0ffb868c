import type { Clock } from '../../shared/clock.ts'
import { tryLimit, type TryLimit } from './try-limit.ts'

const minute = 60_000

/** One try at a secret, counted under each of its keys. */
export interface Attempt {
  /** Milliseconds until it is allowed: 0 is now. */
  waitFor(): number
  failed(): void
  succeeded(): void
}

export interface SignInLimits {
  /** `name` as typed: one that does not exist is counted as one that does. */
  password(address: string, name: string): Attempt
  code(address: string, account: string): Attempt
}

/**
 * How often a secret may be guessed. NIST SP 800-63B-4 §3.2.2 asks for a limit for each account.
 *
 * - Passwords: five wrong ones a minute from one address; twenty in ten minutes from all of them together.
 * - Codes, by whoever has the password: five wrong ones in a quarter of an hour. Three of a million codes count at any time: a
 *   guesser who goes on for a day gets in once in seven hundred.
 * - One address: a hundred wrong ones a minute, whoever they are for. A hospital may be one address.
 */
export function signInLimits(clock: Clock): SignInLimits {
  const limit = (tries: number, windowMs: number) => tryLimit({ tries, windowMs, clock })
  const here = limit(5, minute)
  const anywhere = limit(20, 10 * minute)
  const codes = limit(5, 15 * minute)
  const addresses = limit(100, minute)

  const attempt = (keys: readonly (readonly [limit: TryLimit, key: string])[], address: string): Attempt => ({
    waitFor: () => Math.max(addresses.waitFor(address), ...keys.map(([one, key]) => one.waitFor(key))),
    failed: () => {
      addresses.failed(address)
      for (const [one, key] of keys) one.failed(key)
    },
    succeeded: () => {
      // The address keeps its count but for this try: one good password must not clear the way for a thousand guesses.
      addresses.forgive(address)
      for (const [one, key] of keys) one.succeeded(key)
    },
  })
  return {
    password: (address, name) => attempt([[here, `${address} ${name}`], [anywhere, name]], address),
    code: (address, account) => attempt([[codes, account]], address),
  }
}
