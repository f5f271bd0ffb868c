import { type CivilDay, dayNumber, daysInMonth } from '../../../shared/clinical/civil.ts'
import { wallTime } from '../../../shared/clinical/zone.ts'

/** The periods that one click chooses; `days`: from one day to another, both in it. */
export const periods = ['day', 'week', 'month', 'year', 'six-years', 'days'] as const
export type PeriodName = (typeof periods)[number]

/** Epoch milliseconds; `from` is in it, `to` is not. */
export interface Period {
  readonly from: number
  readonly to: number
}

const day = 86_400_000

/** A period that ends now. 164.528(a)(1): an accounting goes back six years. */
export function periodUntil(name: Exclude<PeriodName, 'days'>, now: number, zone: string): Period {
  // What was recorded in this very millisecond is in it.
  const to = now + 1
  switch (name) {
    case 'day':
      return { from: now - day, to }
    case 'week':
      return { from: now - 7 * day, to }
    case 'month':
      return { from: now - 30 * day, to }
    case 'year':
      return { from: yearsBefore(now, 1, zone), to }
    case 'six-years':
      return { from: yearsBefore(now, 6, zone), to }
  }
}

/** From the beginning of one day to the end of another (`yyyy-mm-dd`), in the zone. Undefined where one of them is none, or they are the wrong way round. */
export function periodOfDays(first: string, last: string, zone: string): Period | undefined {
  const [begin, end] = [readDay(first), readDay(last)]
  if (begin === undefined || end === undefined || dayNumber(begin) > dayNumber(end)) return undefined
  return { from: midnight(begin, zone), to: midnight(nextDay(end), zone) }
}

/** A day as a date field writes it. */
export function dayText({ year, month, day: of }: CivilDay): string {
  return [String(year).padStart(4, '0'), String(month).padStart(2, '0'), String(of).padStart(2, '0')].join('-')
}

function readDay(text: string): CivilDay | undefined {
  const [, year, month, of] = (/^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? []).map(Number)
  if (year === undefined || month === undefined || of === undefined) return undefined
  return year >= 1900 && month >= 1 && month <= 12 && of >= 1 && of <= daysInMonth(year, month) ? { year, month, day: of } : undefined
}

function nextDay({ year, month, day: of }: CivilDay): CivilDay {
  if (of < daysInMonth(year, month)) return { year, month, day: of + 1 }
  return month === 12 ? { year: year + 1, month: 1, day: 1 } : { year, month: month + 1, day: 1 }
}

function yearsBefore(now: number, years: number, zone: string): number {
  const { year, month, day: of } = wallTime(now, zone)
  const then = year - years
  return midnight({ year: then, month, day: Math.min(of, daysInMonth(then, month)) }, zone)
}

/** The beginning of a day in a zone. Where the clock is put forward at midnight, the first moment that the day has. */
function midnight(of: CivilDay, zone: string): number {
  const asUtc = dayNumber(of) * day
  const offsetAt = (at: number) => {
    const shown = wallTime(at, zone)
    return dayNumber(shown) * day + (shown.hour * 60 + shown.minute) * 60_000 - Math.floor(at / 60_000) * 60_000
  }
  // The offset of the day before and of this one: where they differ, the one that leads to a moment of this day.
  const tries = [asUtc - offsetAt(asUtc - day / 2), asUtc - offsetAt(asUtc + day / 2)]
  const isOfDay = (at: number) => dayNumber(wallTime(at, zone)) === dayNumber(of)
  return Math.min(...tries.filter(isOfDay).concat(tries.some(isOfDay) ? [] : tries))
}
