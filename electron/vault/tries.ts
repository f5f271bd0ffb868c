import { ChartkeepError } from '../../shared/errors.ts'
import { pinDelayMs } from '../../shared/pin-tries.ts'
import { ceilings } from '../../shared/policy.ts'
import { inTurn } from '../in-turn.ts'
import type { Keychain } from './keychain.ts'
import { type Count, mayBeHelped, mostAnswers, mostChallenges, readCount, triesLeft, untried, voidCount, writtenCount } from './tries-count.ts'

/** Where a user's count stands in the keychain. */
export const triesAccount = (userKey: string) => `tries/${userKey}`

export interface Tries {
  /**
   * Counts a try before anything is released for it, durably: a process that is killed, or a profile that is restored,
   * gives none back. Resolves with the tries left after it, when the delay that the wrong ones before it earned is over;
   * rejects `pin-void` when there was none to take, or the PIN was voided while it waited.
   */
  take(userKey: string): Promise<number>
  /** Nothing was released for the last try, and nothing will be: it is as if it had not been. Not after `exhaust`, `forgive` or `chosen`, which have the last word. */
  giveBack(userKey: string): Promise<void>
  left(userKey: string): Promise<number>
  /** None is left, whatever was used, and none can be granted. */
  exhaust(userKey: string): Promise<void>
  /** The right PIN: all tries are there again. Rejects `pin-void` where it was voided since the try was taken: that stays so. */
  forgive(userKey: string): Promise<void>
  /** A new PIN is being chosen. */
  choose(userKey: string): Promise<void>
  /** It is the one that counts: all tries are there again. Rejects `pin-void` where it was voided since `choose`, by an order for one. */
  chosen(userKey: string): Promise<void>
  /** Whether the support desk may grant tries: all are used, and it has granted none yet. */
  mayBeHelped(userKey: string): Promise<boolean>
  /** How many challenges were shown since the PIN was last right: it tells one from those before it. */
  challenges(userKey: string): Promise<number>
  /** Counts a challenge before it is shown, durably. Rejects `pin-void` where the desk may grant nothing; the one that is too many is the end of the PIN. */
  countChallenge(userKey: string): Promise<number>
  /** Counts an answer to that challenge before it is looked at, durably. Gives how many are left; rejects `code-expired` where it is not the last that was shown. */
  countAnswer(userKey: string, challenge: number): Promise<number>
  /** One write, so that whatever ends it has granted all or nothing; once, until the PIN is right again. Rejects `pin-void` beyond that. */
  grant(userKey: string, tries: number): Promise<void>
}

export interface TriesParts {
  readonly keychain: Keychain
  /** Milliseconds since the process started, by a clock that nobody can set. */
  monotonic(): number
  wait(milliseconds: number): Promise<unknown>
}

/**
 * Unlock tries, counted in the keychain: five, each later than the one before, and what the desk grants once. Then a full sign-in. Serialised: two at once are two.
 *
 * The delay is measured from the last try, or, in a process that has seen none, from its own start: no wall clock has a say in it, so that none
 * that is set back or forward shortens it, and neither does a restart.
 */
export function tries({ keychain, monotonic, wait }: TriesParts): Tries {
  const turn = inTurn()
  /** When the last try of this process was, or is to be, released. */
  const releases = new Map<string, number>()
  /** Whose last try nothing has been said about yet. */
  const open = new Set<string>()
  /** Whose new PIN is on its way, and has not been voided since. */
  const choosing = new Set<string>()

  const counted = async (userKey: string) => readCount(await keychain.get(triesAccount(userKey)))
  const keep = (userKey: string, count: Count) => keychain.set(triesAccount(userKey), writtenCount(count))

  async function helped(userKey: string): Promise<Count> {
    const count = await counted(userKey)
    if (!mayBeHelped(count)) throw new ChartkeepError('pin-void', { triesLeft: triesLeft(count) })
    return count
  }

  function giveBack(userKey: string): Promise<void> {
    return turn(async () => {
      if (!open.delete(userKey)) return
      const count = await counted(userKey)
      if (count !== 'void') await keep(userKey, { ...count, used: Math.max(0, count.used - 1) })
    })
  }

  async function restore(userKey: string): Promise<void> {
    await keep(userKey, untried)
    open.delete(userKey)
  }

  return {
    async take(userKey) {
      const { after, pauseMs } = await turn(async () => {
        const count = await counted(userKey)
        const before = triesLeft(count)
        if (count === 'void' || before === 0) throw isVoid()
        await keep(userKey, { ...count, used: count.used + 1 })
        open.add(userKey)
        const now = monotonic()
        const release = Math.max(now, (releases.get(userKey) ?? 0) + pinDelayMs(before))
        releases.set(userKey, release)
        return { after: before - 1, pauseMs: release - now }
      })
      if (pauseMs > 0) {
        await wait(pauseMs)
        const count = await turn(() => counted(userKey)).catch(async (error: unknown) => {
          await giveBack(userKey).catch(() => undefined)
          throw error
        })
        if (count === 'void') throw isVoid()
      }
      return after
    },
    left: (userKey) => turn(async () => triesLeft(await counted(userKey))),
    giveBack,
    exhaust: (userKey) =>
      turn(() => {
        open.delete(userKey)
        choosing.delete(userKey)
        return keychain.set(triesAccount(userKey), voidCount)
      }),
    forgive: (userKey) =>
      turn(async () => {
        if ((await counted(userKey)) === 'void') throw isVoid()
        await restore(userKey)
      }),
    choose: (userKey) => turn(async () => void choosing.add(userKey)),
    chosen: (userKey) =>
      turn(async () => {
        if (!choosing.has(userKey)) throw isVoid()
        await restore(userKey)
        choosing.delete(userKey)
      }),
    mayBeHelped: (userKey) => turn(async () => mayBeHelped(await counted(userKey))),
    challenges: (userKey) => turn(async () => {
      const count = await counted(userKey)
      return count === 'void' ? 0 : count.challenges
    }),
    countChallenge: (userKey) =>
      turn(async () => {
        const count = await helped(userKey)
        if (count.challenges >= mostChallenges) {
          await keychain.set(triesAccount(userKey), voidCount)
          throw isVoid()
        }
        await keep(userKey, { ...count, challenges: count.challenges + 1 })
        return count.challenges + 1
      }),
    countAnswer: (userKey, challenge) =>
      turn(async () => {
        const count = await helped(userKey)
        if (count.challenges !== challenge) throw new ChartkeepError('code-expired')
        await keep(userKey, { ...count, answers: count.answers + 1 })
        return mostAnswers - count.answers - 1
      }),
    grant: (userKey, granted) =>
      turn(async () => {
        const count = await counted(userKey)
        // The answer that brings it may have been the last that was taken.
        if (count === 'void' || triesLeft(count) > 0 || count.granted > 0) throw new ChartkeepError('pin-void', { triesLeft: triesLeft(count) })
        await keep(userKey, { ...count, granted: Math.min(granted, ceilings.supportTries) })
      }),
  }
}

const isVoid = () => new ChartkeepError('pin-void', { triesLeft: 0 })
