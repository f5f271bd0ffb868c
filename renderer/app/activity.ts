import type { Clock } from '../../shared/clock.ts'

/**
 * Tells, at most once a second, that a person is at the workstation.
 * `tell` is called at the first sign of a second; the others of that second are dropped.
 */
export function activityReporter(clock: Clock, tell: () => void): () => void {
  let last = Number.NEGATIVE_INFINITY
  return () => {
    const now = clock.now()
    // A clock that went back must not silence us until it has caught up.
    if (now - last < 1_000 && now >= last) return
    last = now
    tell()
  }
}

const signs = ['keydown', 'pointerdown', 'pointermove', 'wheel'] as const

/** Listens for the signs on a window; the returned function ends it. */
export function listenForActivity(target: Window, seen: () => void): () => void {
  for (const sign of signs) target.addEventListener(sign, seen, { capture: true, passive: true })
  return () => {
    for (const sign of signs) target.removeEventListener(sign, seen, { capture: true })
  }
}
