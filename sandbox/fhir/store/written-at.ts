import type { DateRange } from '../search/date-range.ts'
import type { Indexed } from '../search/index-terms.ts'
import { servedType } from '../access/served-types.ts'

const aMinute = 60_000

/** The last moment of a span that is over, the first of one that is not; undefined for what is yet to come. */
function reached({ low, high }: DateRange, now: number): number | undefined {
  if (low > now) return undefined
  if (high > now || high - low <= aMinute) return low
  return high - 1
}

/**
 * When a record was written, in a hospital whose people were made all at once: the latest of its own dates that is not ahead of `now`. So a
 * result was last updated when it was reported, an encounter when it ended, an order when it was signed, and a search by `_lastUpdated`
 * has something to tell. `now` for what has no such date, and for patients, staff and places, whose dates are not about the record.
 *
 * All in epoch milliseconds.
 */
export function writtenAt(type: string, { date, terms }: Pick<Indexed, 'date' | 'terms'>, now: number): number {
  const about = servedType(type)?.about
  if (about !== 'patient' && about !== 'audit') return now
  const ranges = [...(date === undefined ? [] : [date]), ...terms.flatMap((term) => (term.kind === 'date' ? [term.range] : []))]
  const moments = ranges.map((range) => reached(range, now)).filter((moment) => moment !== undefined)
  return moments.length === 0 ? now : Math.max(...moments)
}
