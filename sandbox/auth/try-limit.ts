import type { Clock } from '../../shared/clock.ts'

/** Counts failed tries, so that guessing is slow. */
export interface TryLimit {
  /** Milliseconds until the next try is allowed: 0 is now. */
  waitFor(key: string): number
  failed(key: string): void
  /** Takes back the last failure alone. */
  forgive(key: string): void
  succeeded(key: string): void
}

/** More keys than this are an attack on memory: the oldest are forgotten first. */
const mostKeys = 10_000

/** At most `tries` failures of a key in any `windowMs`. No more than those are remembered for each. */
export function tryLimit({ tries, windowMs, clock }: { tries: number; windowMs: number; clock: Clock }): TryLimit {
  const failures = new Map<string, readonly number[]>()
  const recent = (key: string) => (failures.get(key) ?? []).filter((at) => at > clock.now() - windowMs)

  return {
    waitFor(key) {
      const times = recent(key)
      const oldest = times.at(-tries)
      return oldest === undefined ? 0 : oldest + windowMs - clock.now()
    },
    failed(key) {
      const times = [...recent(key), clock.now()].slice(-tries)
      failures.delete(key) // re-inserted at the end: the map stays in order of last failure
      failures.set(key, times)
      if (failures.size > mostKeys) {
        const [oldest] = failures.keys()
        if (oldest !== undefined) failures.delete(oldest)
      }
    },
    forgive(key) {
      const times = recent(key).slice(0, -1)
      if (times.length === 0) failures.delete(key)
      else failures.set(key, times)
    },
    succeeded(key) {
      failures.delete(key)
    },
  }
}
