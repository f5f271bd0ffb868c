import { dayNumber } from './civil.ts'
import type { PartialDate } from './partial-date.ts'
import { possibleDays } from './partial-date.ts'
import type { Zone } from './zone.ts'

export type DateOrder = 'before' | 'after' | 'same' | 'unclear'

/** How two dates stand to each other; `unclear` where a partial one leaves it open (2021 and May-2021). */
export function compareDates(a: PartialDate, b: PartialDate, zone: Zone): DateOrder {
  if (a.precision === 'instant' && b.precision === 'instant') {
    if (a.epochMs === b.epochMs) return 'same'
    return a.epochMs < b.epochMs ? 'before' : 'after'
  }
  const [one, other] = [possibleDays(a, zone), possibleDays(b, zone)]
  if (dayNumber(one.last) < dayNumber(other.first)) return 'before'
  if (dayNumber(one.first) > dayNumber(other.last)) return 'after'
  return a.precision === 'day' && b.precision === 'day' ? 'same' : 'unclear'
}

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
