import { failureOf, type ShownFailure } from '../../../bridge/index.ts'
import type { StationEvent } from './station-list.ts'
import { type StationBook, type StationChanges, type StationPart, wholeBook, withChanges } from './stations.ts'

export interface FollowParts {
  /** A part of the whole list, from after an id on. */
  part(after: string | undefined): Promise<StationPart>
  /** What changed after a revision; waits for a change as long as the server likes. */
  changes(revision: number): Promise<StationChanges>
  /** Epoch milliseconds. */
  now(): number
  /** Waits so many milliseconds, or until nobody listens any more. */
  pause(milliseconds: number): Promise<void>
  tell(event: StationEvent): void
  readonly left: AbortSignal
}

/** How long to wait after so many failures one after the other. Milliseconds. */
export const pauseAfter = (failures: number): number => Math.min(1_000 * 2 ** (failures - 1), 30_000)

/** What does not pass by waiting. */
const isFinal = ({ kind }: ShownFailure): boolean => kind === 'not-permitted' || kind === 'not-found'

/** Reads the list, then follows what changes until nobody looks at it any more. A failure is told, and it goes on by itself. */
export async function followStations({ part, changes, now, pause, tell, left }: FollowParts): Promise<void> {
  let book: StationBook | undefined
  let failures = 0

  async function whole(): Promise<StationBook> {
    const parts: StationPart[] = []
    let after: string | undefined
    do {
      // Each part begins where the one before ended.
      const next = await part(after)
      parts.push(next)
      after = next.next
      if (left.aborted) break
      tell({ type: after === undefined ? 'whole' : 'part', book: wholeBook(parts), total: next.total, at: now() })
    } while (after !== undefined)
    return wholeBook(parts)
  }

  while (!left.aborted) {
    try {
      if (book === undefined) {
        book = await whole()
      } else {
        const answer = await changes(book.revision)
        if (left.aborted) return
        const isNew = answer.revision > book.revision
        book = withChanges(book, answer)
        tell({ type: 'changed', book, changed: isNew ? answer.workstations : [], at: now() })
      }
      failures = 0
    } catch (error) {
      if (left.aborted) return
      const failure = failureOf(error)
      failures += 1
      if (failure.kind === 'stale') {
        // The numbers have begun anew: what is known here may be of another time.
        book = undefined
        tell({ type: 'anew' })
      } else tell({ type: 'lost', failure })
      if (isFinal(failure)) return
      await pause(pauseAfter(failures))
    }
  }
}
