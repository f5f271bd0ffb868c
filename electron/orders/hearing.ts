import type { Clock } from '../../shared/clock.ts'
import type { FailureKind } from '../../shared/errors.ts'
import type { OwnAudit } from '../audit/own-events.ts'

/** Whether the support desk reaches this workstation, as far as its own questions show. */
export interface Hearing {
  /** A poll was answered as one. */
  answered(): void
  failed(failure: FailureKind): void
}

/** Whoever has heard nothing for so long since the last good answer could not be ordered about all that while. Milliseconds. */
const longest = 300_000

/** An EHR without such a stream, or one that does not know this workstation, has answered: nothing is kept from anybody. */
const answersToo: ReadonlySet<FailureKind> = new Set(['not-found', 'unauthorized'])

export interface HearingParts {
  readonly audit: OwnAudit
  readonly clock: Clock
  monotonic(): number
  /** For the screen: since when, in epoch milliseconds; undefined where they are heard again. */
  unheard(since: number | undefined): void
}

/** Says in the chain and on the screen when orders have not been heard of for too long, and when they are again: once each, however often it is asked meanwhile. */
export function createHearing({ audit, clock, monotonic, unheard }: HearingParts): Hearing {
  let heardAt = monotonic()
  let isUnheard = false
  /** Until it has said that it has none. */
  let hasStream = true

  function heard(failure?: FailureKind): void {
    heardAt = monotonic()
    hasStream = failure === undefined
    if (!isUnheard) return
    isUnheard = false
    unheard(undefined)
    audit.tell({ event: 'orders.heard', cause: 'refresh', ...(failure === undefined ? { outcome: 'success' } : { outcome: 'failed', failure }) })
  }

  return {
    answered: () => heard(),
    failed(failure) {
      if (answersToo.has(failure)) return heard(failure)
      if (isUnheard || !hasStream || monotonic() - heardAt < longest) return
      isUnheard = true
      unheard(clock.now() - (monotonic() - heardAt))
      audit.tell({ event: 'orders.unheard', outcome: 'failed', cause: 'refresh', failure })
    },
  }
}
