import type { ChartkeepError } from '../../../shared/errors.ts'
import { type HttpCall, isReset, mayRepeat, networkFailure } from '../../transport/index.ts'
import type { Effort } from './effort.ts'

/** The pause before the first try is at most this; before each further one, at most twice as long. */
const firstPauseMs = 400
/** Longer than this a person is told, not kept waiting. */
const longestPauseMs = 3_000

/**
 * How long to wait before a call that may be repeated is sent again, in ms; undefined: it is not. `attempt` counts from 0; `random` in [0, 1).
 * A reset of a kept connection, a 5xx and a throttling are worth it, unless the server asks for more patience than a person has; a refused connection or a time-out would only delay the offline copy.
 */
export function retryPause(error: ChartkeepError, attempt: number, random: number): number | undefined {
  // Full jitter: anywhere within the pause, so that those who failed together do not come back together.
  const pause = Math.round(firstPauseMs * 2 ** attempt * random)
  if (error.kind === 'offline') return isReset(error) ? pause : undefined
  if (error.kind !== 'throttled' && (error.kind !== 'server' || isFinal(error))) return undefined
  const asked = error.facts.retryAfterMs ?? 0
  return asked <= longestPauseMs ? asked + pause : undefined
}

/** A status that says that the question was wrong: the same question gets the same answer. */
function isFinal(error: ChartkeepError): boolean {
  return typeof error.cause === 'number' && error.cause < 500
}

export interface Patience {
  /** Waits, in ms; rejects `cancelled` when the signal aborts. */
  pause(ms: number, signal: AbortSignal | undefined): Promise<void>
  /** In [0, 1). */
  random(): number
}

/**
 * Sends a call, and again where that is safe and worth it. A change that carries no key of its own is sent once, whatever becomes of it:
 * nobody knows whether it was done. Rejects with the last failure, or `cancelled` when who asked has left.
 */
export async function withRetries<T>(call: HttpCall, effort: Effort, { pause, random }: Patience, send: (call: HttpCall) => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await send(call)
    } catch (error) {
      const failure = networkFailure(error)
      const ms = mayRepeat(call) ? retryPause(failure, attempt, random()) : undefined
      if (ms === undefined || ms >= effort.left() || !effort.tryAgain()) throw failure
      await pause(ms, effort.signal)
    }
  }
}
