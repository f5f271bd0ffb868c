import type { ChartkeepError } from '../../../shared/errors.ts'
import { isReset } from '../../transport/index.ts'

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
