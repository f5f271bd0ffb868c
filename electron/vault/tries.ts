import { ChartkeepError } from '../../shared/errors.ts'
import { pinDelayMs } from '../../shared/pin-tries.ts'
import { ceilings } from '../../shared/policy.ts'
import type { Keychain } from './keychain.ts'

/** Where a user's count stands in the keychain. */
export const triesAccount = (userKey: string) => `tries/${userKey}`

export interface Tries {
  /**
   * Counts a try before anything is released for it, durably: a process that is killed, or a profile that is restored,
   * gives none back. Resolves with the tries left after it, when the delay that the wrong ones before it earned is over;
   * rejects `pin-void` when there was none to take.
   */
  take(userKey: string): Promise<number>
  /** Nothing was released for the last try, and nothing will be: it is as if it had not been. Not after `exhaust` or `forgive`, which have the last word. */
  giveBack(userKey: string): Promise<void>
  left(userKey: string): Promise<number>
  /** None is left, whatever was used. */
  exhaust(userKey: string): Promise<void>
  /** The right PIN, or a new one: all tries are there again. */
  forgive(userKey: string): Promise<void>
}

export interface TriesParts {
  readonly keychain: Keychain
  /** Milliseconds since the process started, by a clock that nobody can set. */
  monotonic(): number
  wait(milliseconds: number): Promise<unknown>
}

/**
 * Unlock tries, counted in the keychain: five, each later than the one before, then a full sign-in. Serialised: two at once are two.
 *
 * The delay is measured from the last try, or, in a process that has seen none, from its own start: no wall clock has a say in it, so that none
 * that is set back or forward shortens it, and neither does a restart.
 */
export function tries({ keychain, monotonic, wait }: TriesParts): Tries {
  let turn: Promise<unknown> = Promise.resolve()
  /** When the last try of this process was, or is to be, released. */
  const releases = new Map<string, number>()
  /** Whose last try nothing has been said about yet. */
  const open = new Set<string>()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work, work)
    turn = mine.catch(() => undefined)
    return mine
  }

  async function used(userKey: string): Promise<number> {
    const stored = await keychain.get(triesAccount(userKey))
    if (stored === undefined) return 0
    // What is no count is no licence to try: all are used.
    return /^[0-9]$/.test(stored) ? Math.min(Number(stored), ceilings.pinTries) : ceilings.pinTries
  }

  async function left(userKey: string): Promise<number> {
    return ceilings.pinTries - (await used(userKey))
  }

  function settle(userKey: string, count: number): Promise<void> {
    return inTurn(() => {
      open.delete(userKey)
      return keychain.set(triesAccount(userKey), String(count))
    })
  }

  return {
    async take(userKey) {
      const { after, pauseMs } = await inTurn(async () => {
        const before = await left(userKey)
        if (before === 0) throw new ChartkeepError('pin-void', { triesLeft: 0 })
        await keychain.set(triesAccount(userKey), String(ceilings.pinTries - before + 1))
        open.add(userKey)
        const now = monotonic()
        const release = Math.max(now, (releases.get(userKey) ?? 0) + pinDelayMs(before))
        releases.set(userKey, release)
        return { after: before - 1, pauseMs: release - now }
      })
      if (pauseMs > 0) await wait(pauseMs)
      return after
    },
    left: (userKey) => inTurn(() => left(userKey)),
    giveBack: (userKey) =>
      inTurn(async () => {
        if (open.delete(userKey)) await keychain.set(triesAccount(userKey), String(Math.max(0, (await used(userKey)) - 1)))
      }),
    exhaust: (userKey) => settle(userKey, ceilings.pinTries),
    forgive: (userKey) => settle(userKey, 0),
  }
}
