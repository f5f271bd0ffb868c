import { ChartkeepError } from '../../../shared/errors.ts'
import { Workstations } from './answers.ts'
import type { DeskWay } from './way.ts'

export interface FollowParts {
  readonly way: DeskWay
  /** Milliseconds that only go forward. */
  readonly monotonic: () => number
  /** Waits, in ms; rejects `cancelled` when the signal aborts. */
  pause(ms: number, signal: AbortSignal): Promise<void>
}

/** How long the EHR waits for a change: less than the transport waits for the head of an answer. Seconds. */
const waitSeconds = 10
/** A hospital's workstations report hundreds of times in a second: what changes within this is one change. In ms. */
const gapMs = 1_000
/** Workstations in one answer. As many as that: more have changed, and wait already. */
const most = 1_000

/** The workstations that changed after a revision: waits for a change, and answers with none where there is none for a while. */
export function followWorkstations({ way, monotonic, pause }: FollowParts) {
  let answered = Number.NEGATIVE_INFINITY
  return async (revision: number, signal: AbortSignal) => {
    const early = answered + gapMs - monotonic()
    if (early > 0) await pause(early, signal)
    const { workstations, revision: now } = await way.read(`workstations?changedAfter=${revision}&wait=${waitSeconds}&limit=${most}`, Workstations, signal)
    // An order for a whole hospital changes all of it at once, and is told in as many answers as that takes, without a pause between them.
    answered = workstations.length < most ? monotonic() : Number.NEGATIVE_INFINITY
    // The EHR counts anew: what is on the screen is of another count.
    if (now < revision) throw new ChartkeepError('stale')
    return { workstations, revision: now }
  }
}
