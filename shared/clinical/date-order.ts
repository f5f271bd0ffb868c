import { dayNumber } from './civil.ts'
import type { PartialDate } from './partial-date.ts'
import { possibleDays } from './partial-date.ts'
import type { Zone } from './zone.ts'

const exactness = { year: 0, month: 1, day: 2, instant: 3 } as const

/**
 * For sorting, newest first, what has no date last. A total order: a partial date stands at the start of what it can
 * mean, below the exact dates of the same day, so that a vague entry never hides a dated one.
 */
export function newestFirst(a: PartialDate | undefined, b: PartialDate | undefined, zone: Zone): number {
  if (a === undefined || b === undefined) return (a === undefined ? 1 : 0) - (b === undefined ? 1 : 0)
  if (a.precision === 'instant' && b.precision === 'instant') return b.epochMs - a.epochMs
  const days = dayNumber(possibleDays(b, zone).first) - dayNumber(possibleDays(a, zone).first)
  return days === 0 ? exactness[b.precision] - exactness[a.precision] : days
}
