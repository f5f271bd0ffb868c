/** One reading of three clocks, in milliseconds. No single one is enough: each can be set, stands still in sleep, or begins anew. */
export interface Clocks {
  /** Epoch milliseconds; anybody with the right can set it. */
  readonly wall: number
  /** Since the process began; on some systems it stands still while the machine sleeps. */
  readonly monotonic: number
  /** Since the machine was started, sleep included (Linux and Windows; on macOS the system derives it from the wall clock). */
  readonly uptime: number
  /** Which start of the machine that is; undefined where the system does not say. */
  readonly boot?: string | undefined
}

/** What outlives the process of a reading. */
export type KeptClocks = Pick<Clocks, 'wall' | 'uptime' | 'boot'>

/** Clocks that run apart by more than this since they were last compared were set, or slept. Milliseconds. */
const apart = 1_000
/** So often they are compared in any case: what they are apart by is not added up. Milliseconds. */
const compareEvery = 10_000

/**
 * How much time has passed since the count began, at the least: as much as any of the clocks says. One that is set back counts for nothing; one that
 * is set forward counts in full, and cannot be taken back. Milliseconds; never goes back itself, nor stands still while any clock runs.
 */
export function countTime(clocks: () => Clocks): () => number {
  let base = clocks()
  let before = 0
  let last = 0
  return () => {
    const now = clocks()
    const runs = [now.wall - base.wall, now.monotonic - base.monotonic, now.uptime - base.uptime]
    const passed = Math.max(0, ...runs)
    if (passed >= compareEvery || passed - Math.min(...runs) > apart) {
      before += passed
      base = now
      last = Math.max(last, before)
    } else last = Math.max(last, before + passed)
    return last
  }
}

/**
 * The same across a restart of the process. A machine that was started anew since has been up for all of its time: whatever the wall clock was set to meanwhile, the
 * time it was switched on is counted. Time switched off is the wall clock's word alone. Where the system does not say which start it is, one that is up for less than
 * before is another.
 */
export function elapsedSince(from: KeptClocks, to: KeptClocks): number {
  const isOtherBoot = to.uptime < from.uptime || (from.boot !== undefined && to.boot !== undefined && from.boot !== to.boot)
  return Math.max(0, to.wall - from.wall, isOtherBoot ? to.uptime : to.uptime - from.uptime)
}
