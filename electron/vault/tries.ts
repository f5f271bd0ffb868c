import { ceilings } from '../../shared/policy.ts'
import { ChartkeepError } from '../../shared/errors.ts'
import type { Keychain } from './keychain.ts'

const accountOf = (userKey: string) => `tries/${userKey}`

export interface Tries {
  /**
   * Counts a try before anything is released for it, durably: a process that is killed, or a profile that is restored,
   * gives none back. Resolves with the tries left after it; rejects `pin-void` when there was none to take.
   */
  take(userKey: string): Promise<number>
  left(userKey: string): Promise<number>
  /** None is left, whatever was used. */
  exhaust(userKey: string): Promise<void>
  /** The right PIN, or a new one: all tries are there again. */
  forgive(userKey: string): Promise<void>
}

/** Unlock tries, counted in the keychain: five, then a full sign-in. Serialised: two at once are two. */
export function tries(keychain: Keychain): Tries {
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work, work)
    turn = mine.catch(() => undefined)
    return mine
  }

  async function used(userKey: string): Promise<number> {
    const stored = await keychain.get(accountOf(userKey))
    if (stored === undefined) return 0
    // What is no count is no licence to try: all are used.
    return /^[0-9]$/.test(stored) ? Number(stored) : ceilings.pinTries
  }

  return {
    take: (userKey) =>
      inTurn(async () => {
        const before = await used(userKey)
        if (before >= ceilings.pinTries) throw new ChartkeepError('pin-void', { triesLeft: 0 })
        await keychain.set(accountOf(userKey), String(before + 1))
        return ceilings.pinTries - before - 1
      }),
    left: (userKey) => inTurn(async () => Math.max(0, ceilings.pinTries - (await used(userKey)))),
    exhaust: (userKey) => inTurn(() => keychain.set(accountOf(userKey), String(ceilings.pinTries))),
    forgive: (userKey) => inTurn(() => keychain.set(accountOf(userKey), '0')),
  }
}
