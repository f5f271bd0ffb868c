import type { Clock } from '../../../shared/clock.ts'
import { ChartkeepError } from '../../../shared/errors.ts'

/**
 * What one answer to a person may cost, over all its pages and tries: a section that is asked for in ten requests does not get
 * ten times the patience of one.
 */
export interface Effort {
  readonly signal: AbortSignal | undefined
  /** Milliseconds that are left. Throws `timeout` when there are none. */
  left(): number
  /** Takes one of the tries that are left. False: there are none, here or in the whole process. */
  tryAgain(): boolean
  /** Counts what came. Throws `too-large` when the answer as a whole is. */
  read(bytes: number): void
}

/** Over all pages of a section: more is neither read by a person nor held by a workstation. */
const mostBytes = 48 * 1024 * 1024
/** A person has looked elsewhere by then. In ms. */
const longest = 40_000
/** Two more tries, never more. */
const mostTries = 2

/** Tries that the process as a whole may make in a row; one is given back in each `tryEveryMs`. */
const processTries = 8
const tryEveryMs = 1_000

/** Gives out efforts. A chart has a dozen sections: when an EHR fails them all, they share the tries of the process and do not storm it. */
export function createEfforts(clock: Clock): (signal: AbortSignal | undefined) => Effort {
  let tries = processTries
  let since = clock.now()

  function takeTry(): boolean {
    const back = Math.max(0, Math.floor((clock.now() - since) / tryEveryMs))
    tries = Math.min(processTries, tries + back)
    since = tries === processTries ? clock.now() : since + back * tryEveryMs
    if (tries === 0) return false
    tries -= 1
    return true
  }

  return (signal) => {
    const end = clock.now() + longest
    let own = mostTries
    let bytes = 0
    return {
      signal,
      left() {
        const left = end - clock.now()
        if (left <= 0) throw new ChartkeepError('timeout')
        return left
      },
      tryAgain() {
        if (own === 0 || !takeTry()) return false
        own -= 1
        return true
      },
      read(more) {
        bytes += more
        if (bytes > mostBytes) throw new ChartkeepError('too-large')
      },
    }
  }
}
