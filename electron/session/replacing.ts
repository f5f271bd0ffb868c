/** A page or a `records` that dies sooner than this after the last one died is not replaced at once: milliseconds. */
const tooSoon = 2_000
const longest = 60_000

/**
 * How long the successor of a process that has just died is to be put off, in milliseconds; 0: not at all. What dies as soon as it stands would
 * take the machine for itself, and nobody could lock or sign out any more; what is not replaced keeps everybody out. Each time doubles the pause, up to a minute.
 */
export function pausesBeforeReplacing(monotonic: () => number): () => number {
  let diedAt = Number.NEGATIVE_INFINITY
  let pause = 0
  return () => {
    const now = monotonic()
    pause = now - diedAt < tooSoon + pause ? Math.min(Math.max(tooSoon, pause * 2), longest) : 0
    diedAt = now
    return pause
  }
}
