import type { Clock } from '../../shared/clock.ts'

/** Milliseconds. */
const every = 30_000

/** Tells what happens all the time, at once and then at most every half a minute; and again where the clock was set back. */
export function nowAndThen({ now }: Clock, tell: () => void): () => void {
  let toldAt = Number.NEGATIVE_INFINITY
  return () => {
    const at = now()
    if (at >= toldAt && at - toldAt < every) return
    toldAt = at
    tell()
  }
}
