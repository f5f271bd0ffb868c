import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../../shared/clock.ts'
import { ChartkeepError } from '../../shared/errors.ts'
import { pinDelayMs } from '../../shared/pin-tries.ts'
import type { Policy } from '../../shared/policy.ts'
import { answeredText, challengeMs, codeBase, codeLength, codeOf, digitsOf, readCode, secretDigit, secretDigitIn, type UnlockCode } from '../../shared/unlock-codes.ts'
import { inTurn } from '../in-turn.ts'
import type { Tries } from './tries.ts'
import type { UnlockSecret } from './unlock-secret.ts'

/** What a lock screen shows, to be read out to the desk. */
interface Challenge {
  readonly code: UnlockCode
  /** For how long an answer to it still counts, in milliseconds. */
  readonly validMs: number
}

/**
 * New tries of a PIN, granted by the support desk to somebody offline who has used all (ADR 0114). It limits how often a PIN is guessed; it proves nobody's
 * identity and opens nothing: the PIN does that, as before.
 */
export interface UnlockHelp {
  /** Whether this workstation could be helped at all: the policy lets it, and its EHR has given it a secret. */
  isOffered(userKey: string): Promise<boolean>
  /** The one that is shown and still counts, or another. Rejects `pin-void` where the desk may grant nothing. */
  challenge(userKey: string): Promise<Challenge>
  /**
   * Gives the tries that the answer brought. Rejects `code-misread` (a slip, which does not count), `code-wrong` with how many answers are left,
   * `code-expired` where another challenge is to be shown, `pin-void` after the last answer.
   */
  answer(userKey: string, typed: string): Promise<number>
}

export interface UnlockHelpParts {
  readonly tries: Pick<Tries, 'mayBeHelped' | 'challenges' | 'countChallenge' | 'countAnswer' | 'grant' | 'exhaust'>
  readonly secret: Pick<UnlockSecret, 'read'>
  readonly deviceId: string
  /** The EHR's name of a user. */
  readonly subjectOf: (userKey: string) => string | undefined
  readonly policy: () => Pick<Policy['pin'], 'supportTries'>
  readonly clock: Clock
  /** Milliseconds since the process started, by a clock that nobody can set. */
  monotonic(): number
  wait(milliseconds: number): Promise<unknown>
  /** A whole number below the bound, that nobody can foretell. */
  draw(below: number): number
}

interface Shown {
  readonly code: UnlockCode
  /** How many were shown before it, and it. */
  readonly number: number
  readonly atMonotonic: number
  readonly atWall: number
}

/** A clock that is set right in small steps is not one that was set back. Milliseconds. */
const clockTolerance = 5_000

const digitOf = (secret: Uint8Array) => secretDigit(createHash('sha256').update(secret).digest())

/** A challenge lives in this process alone: what ends it, or restarts it, ends the challenge, and that another was shown stays counted in the keychain. */
export function createUnlockHelp(parts: UnlockHelpParts): UnlockHelp {
  const { tries, clock, monotonic } = parts
  const shown = new Map<string, Shown>()
  /** When the last answer was, or is to be, looked at. */
  const looks = new Map<string, number>()
  const turn = inTurn()

  /** By both clocks: the one that nobody can set stands still while the machine sleeps, and the other one must not have gone back. */
  function leftOf({ atMonotonic, atWall }: Shown): number {
    const [passed, told] = [monotonic() - atMonotonic, clock.now() - atWall]
    return told < passed - clockTolerance ? 0 : Math.max(0, challengeMs - Math.max(passed, told))
  }

  async function means(userKey: string) {
    const [secret, user] = [await parts.secret.read(), parts.subjectOf(userKey)]
    const granted = parts.policy().supportTries
    return secret === undefined || user === undefined || granted === 0 ? undefined : { secret, user, granted, digit: digitOf(secret) }
  }

  /** What is on the screen, as far as an answer to it would count. */
  async function current(userKey: string, digit: number): Promise<Shown | undefined> {
    const last = shown.get(userKey)
    if (last === undefined || leftOf(last) === 0 || secretDigitIn(last.code) !== digit) return undefined
    return (await tries.mayBeHelped(userKey)) && (await tries.challenges(userKey)) === last.number ? last : undefined
  }

  /** Each later than the one before, as the tries of a PIN are. */
  async function pauseBefore(userKey: string, answersLeft: number): Promise<void> {
    const now = monotonic()
    const look = Math.max(now, (looks.get(userKey) ?? 0) + pinDelayMs(answersLeft + 1))
    looks.set(userKey, look)
    if (look > now) await parts.wait(look - now)
  }

  return {
    isOffered: async (userKey) => (await means(userKey).catch(() => undefined)) !== undefined,
    challenge: (userKey) =>
      turn(async () => {
        const known = await means(userKey)
        if (known === undefined) throw new ChartkeepError('pin-void', { triesLeft: 0 })
        const last = await current(userKey, known.digit)
        if (last !== undefined) return { code: last.code, validMs: leftOf(last) }
        shown.delete(userKey)
        const number = await tries.countChallenge(userKey)
        const code = codeOf([known.digit, ...Array.from({ length: codeLength - 1 }, () => parts.draw(codeBase))])
        shown.set(userKey, { code, number, atMonotonic: monotonic(), atWall: clock.now() })
        return { code, validMs: challengeMs }
      }),
    answer: (userKey, typed) =>
      turn(async () => {
        const response = readCode(typed)
        if (response === undefined) throw new ChartkeepError('code-misread')
        const known = await means(userKey)
        const asked = known && (await current(userKey, known.digit))
        if (known === undefined || asked === undefined) throw new ChartkeepError('code-expired')
        const answersLeft = await tries.countAnswer(userKey, asked.number)
        await pauseBefore(userKey, answersLeft)
        const text = answeredText({ deviceId: parts.deviceId, user: known.user, challenge: asked.code })
        const expected = codeOf(digitsOf(createHmac('sha256', known.secret).update(text).digest()))
        if (timingSafeEqual(Buffer.from(response), Buffer.from(expected))) {
          // Whatever comes of it: it counts once.
          shown.delete(userKey)
          if (leftOf(asked) === 0) throw new ChartkeepError('code-expired')
          await tries.grant(userKey, known.granted)
          return known.granted
        }
        if (answersLeft > 0) throw new ChartkeepError('code-wrong', { triesLeft: answersLeft, retryAfterMs: pinDelayMs(answersLeft) })
        shown.delete(userKey)
        await tries.exhaust(userKey)
        throw new ChartkeepError('pin-void', { triesLeft: 0 })
      }),
  }
}
