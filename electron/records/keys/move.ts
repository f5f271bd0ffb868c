import { kindOf, type FailureKind } from '../../../shared/errors.ts'
import { moveSome, type MovingKeys, smoothly } from '../cache/move-rows.ts'
import type { Store } from '../cache/open-store.ts'

/** The same file under the DEK before and under the one that is. */
export interface FilePair {
  readonly before: Store
  readonly next: Store
}

export interface MoveParts {
  /** In their order: what a person can lose goes first. */
  readonly pairs: readonly FilePair[]
  readonly keys: MovingKeys
  /** Whether somebody waits for an answer just now: then the next step waits too. */
  readonly isBusy: () => boolean
  /** Runs something after so many milliseconds. */
  readonly later: (act: () => void, ms: number) => void
  /** Rows that did not open, and are gone with the older file. */
  readonly lost: (pair: FilePair, count: number) => void
  /** All are moved. */
  readonly done: () => void
  /** The disk takes no more for now: it is tried again. */
  readonly failed: (failure: FailureKind) => void
}

/** The pause after a step, which takes about 3: a call that comes meanwhile waits no longer than one of them. In ms. */
const pauseMs = 6
/** How long it leaves off where somebody waits, and after a failure. In ms. */
const busyMs = 150
const failedMs = 60_000

/** Moves all rows, a few at a time, in the background. Gives what ends it: it is then gone on with after the next unlock. */
export function moveRows(parts: MoveParts): () => void {
  const left = [...parts.pairs]
  let current: FilePair | undefined
  let isEnded = false

  function step(): void {
    if (isEnded) return
    if (parts.isBusy()) return parts.later(step, busyMs)
    try {
      const [pair] = left
      if (pair === undefined) {
        isEnded = true
        return parts.done()
      }
      if (current !== pair) smoothly([pair.before, pair.next], true)
      current = pair
      if (moveSome(pair.before, pair.next, parts.keys, (count) => parts.lost(pair, count)) === 0) {
        smoothly([pair.next], false)
        left.shift()
      }
    } catch (error) {
      parts.failed(kindOf(error))
      return parts.later(step, failedMs)
    }
    parts.later(step, pauseMs)
  }

  parts.later(step, pauseMs)
  return () => void (isEnded = true)
}
