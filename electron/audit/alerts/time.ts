import type { SeenEntry } from './entry.ts'

/**
 * The time by which windows are measured, in milliseconds: it never goes back. Within one start of the process it goes
 * as the monotonic clock does, between two starts as the wall clock does, where that went on. So a clock that is set
 * back makes windows longer and never shorter; one that is set forward while Chartkeep runs does nothing.
 */
export interface EngineTime {
  readonly at: number
  readonly wall: number
  readonly mono: number
  readonly run: string | undefined
  /** The furthest that the wall clock has been ahead of the monotonic one in this run. */
  readonly lead: number
}

/** Servers that set clocks right move them by less. Milliseconds. */
const clockTolerance = 60_000

/** The time at an entry, and whether the wall clock was set back before it: also where more time has passed since than it was set back by. */
export function advance(time: EngineTime | undefined, { wall, mono, run }: Pick<SeenEntry, 'wall' | 'mono' | 'run'>): { readonly time: EngineTime; readonly setBack: boolean } {
  const lead = wall - mono
  if (time === undefined) return { time: { at: 0, wall, mono, run, lead }, setBack: false }
  const sameRun = run === time.run && mono >= time.mono
  const at = time.at + (sameRun ? mono - time.mono : Math.max(0, wall - time.wall))
  const setBack = wall < time.wall - clockTolerance || (sameRun && lead < time.lead - clockTolerance)
  return { time: { at, wall, mono, run, lead: sameRun && !setBack ? Math.max(time.lead, lead) : lead }, setBack }
}
