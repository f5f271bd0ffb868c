import { ceilings } from './policy.ts'

/** What the try after one, two, … wrong ones waits, in ms. */
const delaysMs = [1_000, 2_000, 4_000, 8_000] as const

/** How much longer the next try takes than one right away, in ms. `left`: tries that are left, of `ceilings.pinTries`. */
export function pinDelayMs(left: number): number {
  return delaysMs[ceilings.pinTries - left - 1] ?? 0
}
