import type { ChartkeepError } from '../../../shared/errors.ts'
import { isReset } from '../../transport/index.ts'

/** Two more tries, never more: twenty thousand workstations must not answer an outage with a storm. */
const retries = 2
const firstPauseMs = 200
/** Longer than this a person is told, not kept waiting. */
const longestPauseMs = 3_000

/**
 * How long to wait before a read is sent again, in ms; undefined: it is not. `attempt` counts from 0; `random` in [0, 1).
 * A reset of a kept connection, a 5xx and a throttling are worth it; a refused connection or a time-out would only delay the offline copy.
 */
export function retryPause(error: ChartkeepError, attempt: number, random: number): number | undefined {
  if (attempt >= retries) return undefined
  // Full jitter: spread over the whole pause, not around it.
  const pause = Math.round(firstPauseMs * 2 ** attempt * (0.5 + random))
  if (error.kind === 'server') return pause
  if (error.kind === 'offline') return isReset(error) ? pause : undefined
  if (error.kind !== 'throttled') return undefined
  const asked = error.facts.retryAfterMs ?? 0
  return asked <= longestPauseMs ? asked + pause : undefined
}
