import { dayNumber, wholeMonths } from './civil.ts'
import type { PartialDate } from './partial-date.ts'
import { possibleDays } from './partial-date.ts'
import type { Viewpoint } from './zone.ts'
import { wallTime } from './zone.ts'

/** How long ago, in the coarsest unit that still tells. `amount` below 0 is the past, 0 is this unit (today, this year). */
export type Elapsed = { readonly amount: number; readonly unit: 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year' }

/** Stands beside a date, never instead of it. Never finer than the date is known: a year is told in years. */
export function elapsed(date: PartialDate, { now, zone }: Viewpoint): Elapsed {
  const today = wallTime(now, zone)
  if (date.precision === 'year') return { amount: date.year - today.year, unit: 'year' }
  if (date.precision === 'month') {
    const months = (date.year - today.year) * 12 + date.month - today.month
    return Math.abs(months) < 24 ? { amount: months, unit: 'month' } : { amount: Math.trunc(months / 12), unit: 'year' }
  }
  if (date.precision === 'instant') {
    const minutes = Math.trunc((date.epochMs - now) / 60_000)
    if (Math.abs(minutes) < 60) return { amount: minutes + 0, unit: 'minute' }
    if (Math.abs(minutes) < 24 * 60) return { amount: Math.trunc(minutes / 60), unit: 'hour' }
  }
  const day = possibleDays(date, zone).first
  const days = dayNumber(day) - dayNumber(today)
  if (Math.abs(days) < 14) return { amount: days, unit: 'day' }
  if (Math.abs(days) < 60) return { amount: Math.trunc(days / 7), unit: 'week' }
  const months = days < 0 ? -wholeMonths(day, today) : wholeMonths(today, day)
  return Math.abs(months) < 24 ? { amount: months, unit: 'month' } : { amount: Math.trunc(months / 12), unit: 'year' }
}

// Building one costs as much as using it fifty times.
const formats = new Map<string, Intl.RelativeTimeFormat>()

/** `3 days ago`, `yesterday`, `in 2 weeks`, in the words of the platform's language data. */
export function formatElapsed({ amount, unit }: Elapsed, locale = 'en'): string {
  const known = formats.get(locale) ?? new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  formats.set(locale, known)
  return known.format(amount, unit)
}
