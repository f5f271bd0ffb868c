import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ageInDays, ageOn, formatAge } from './age.ts'
import { daysInMonth } from './civil.ts'
import { newestFirst } from './date-order.ts'
import { elapsed, formatElapsed } from './elapsed.ts'
import type { PartialDate } from './partial-date.ts'
import { formatDate, formatDateTime, readDate, readDateTime } from './partial-date.ts'
import { noon, wallTime } from './zone.ts'

const zones = ['Pacific/Pago_Pago', 'America/Los_Angeles', 'America/St_Johns', 'UTC', 'Asia/Kolkata', 'Pacific/Kiritimati'] as const
const about = (age: string): string => `about ${age}`

function date(text: string): PartialDate {
  const read = readDateTime(text)
  if (read === undefined) throw new Error('The test meant a date.')
  return read
}

const aDay = fc
  .record({ year: fc.integer({ min: 1, max: 9999 }), month: fc.integer({ min: 1, max: 12 }), day: fc.integer({ min: 1, max: 31 }) })
  .map(({ year, month, day }) => ({ year, month, day: Math.min(day, daysInMonth(year, month)) }))
const iso = ({ year, month, day }: { year: number; month: number; day: number }): string =>
  `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`

describe('a date as exact as it was written', () => {
  it('shows a year as a year and a month as a month', () => {
    expect(formatDate(date('1950'), 'UTC')).toBe('1950')
    expect(formatDate(date('1950-02'), 'UTC')).toBe('Feb-1950')
    expect(formatDate(date('1950-02-03'), 'UTC')).toBe('03-Feb-1950')
  })

  it('never shifts a birth date, in any zone, also where a server appended a time', () => {
    fc.assert(
      fc.property(aDay, fc.constantFrom(...zones), fc.constantFrom('', 'T00:00:00Z', 'T23:59:59-11:00'), (day, zone, time) => {
        const read = readDate(iso(day) + time)
        expect(read).toEqual({ precision: 'day', ...day })
        expect(read && formatDate(read, zone).slice(0, 2)).toBe(iso(day).slice(8))
      }),
    )
  })

  it('shows an instant in the zone of the workstation', () => {
    const instant = date('2024-03-10T04:30:00Z')
    expect(formatDateTime(instant, 'America/Los_Angeles')).toBe('09-Mar-2024 20:30')
    expect(formatDateTime(instant, 'Asia/Kolkata')).toBe('10-Mar-2024 10:00')
  })

  it('keeps the day of a time without a zone, and does not guess its instant', () => {
    expect(date('2024-03-10T04:30:00')).toEqual({ precision: 'day', year: 2024, month: 3, day: 10 })
  })

  it.each(['', '24', '2024-13', '2024-02-30', '2023-02-29', '0000', '2024-01-01T25:00:00Z', '2024-01-01T10:00:00+99:00', 'yesterday', null, 7, {}])(
    'takes %j for no date',
    (value) => expect(readDateTime(value)).toBeUndefined(),
  )

  it('reads anything without throwing', () => {
    fc.assert(fc.property(fc.anything(), (value) => void readDateTime(value)))
    fc.assert(fc.property(fc.string(), (value) => void readDateTime(`2024-01-01T${value}`)))
  })

  it('puts noon at noon, in every zone and on every day', () => {
    fc.assert(
      fc.property(aDay.filter(({ year }) => year > 1920 && year < 2100), fc.constantFrom(...zones), (day, zone) => {
        expect(wallTime(noon(day, zone), zone)).toMatchObject({ ...day, hour: 12, minute: 0 })
      }),
    )
  })
})

describe('the order of dates', () => {
  it('is total and the same from both sides, so that a sorted list is never shuffled', () => {
    const any = fc.oneof(
      fc.constantFrom('2021', '2021-01', '2021-01-01', '2021-01-01T10:00:00Z', '2021-01-01T09:00:00Z', '2020-12-31T23:30:00-05:00', '2022-03').map(date),
      fc.constant(undefined),
    )
    fc.assert(
      fc.property(any, any, any, (a, b, c) => {
        const ab = Math.sign(newestFirst(a, b, 'UTC'))
        expect(ab).toBe(-Math.sign(newestFirst(b, a, 'UTC')) + 0)
        if (ab <= 0 && newestFirst(b, c, 'UTC') <= 0) expect(newestFirst(a, c, 'UTC')).toBeLessThanOrEqual(0)
      }),
    )
  })
})

describe('an age', () => {
  const on = (birth: string, day: string): string => {
    const age = ageOn(date(birth), date(day), 'UTC')
    return age.kind === 'age' ? formatAge(age, about) : age.kind
  }

  it.each([
    ['1952-06-15', '2024-06-14', '71 y'],
    ['1952-06-15', '2024-06-15', '72 y'],
    ['2023-10-10', '2024-06-14', '8 mo'],
    ['2022-06-15', '2024-06-14', '23 mo'],
    ['2022-06-15', '2024-06-15', '2 y'],
    ['2024-06-10', '2024-06-15', '5 d'],
    ['2024-06-15', '2024-06-15', '0 d'],
    ['2000-02-29', '2023-02-28', '22 y'],
    ['2000-02-29', '2023-03-01', '23 y'],
    ['2024-06-16', '2024-06-15', 'not-born-yet'],
  ])('of someone born %s is on %s %s', (birth, day, age) => expect(on(birth, day)).toBe(age))

  it('says "about" only when the dates known allow two answers', () => {
    expect(on('1950', '2024-06-15')).toBe('about 74 y')
    expect(on('1950-03', '2024-06-15')).toBe('74 y')
    expect(on('1950', '2024-12-31')).toBe('74 y')
  })

  it('brackets the truth in days when the birth date is partial', () => {
    expect(ageInDays(date('2024-01'), date('2024-02-10'), 'UTC')).toEqual({ least: 10, most: 40 })
    expect(ageInDays(date('2025'), date('2024-02-10'), 'UTC')).toBeUndefined()
  })

  it('never goes down as days go by', () => {
    const inDays = { d: 1, mo: 28, y: 365 }
    fc.assert(
      fc.property(aDay, aDay, aDay, (birth, a, b) => {
        const [first, second] = [a, b].sort((x, y) => (iso(x) < iso(y) ? -1 : 1)).map((day) => ageOn({ precision: 'day', ...birth }, { precision: 'day', ...day }, 'UTC'))
        if (first?.kind !== 'age' || second?.kind !== 'age') return
        expect(second.value * inDays[second.unit]).toBeGreaterThanOrEqual(first.unit === second.unit ? first.value * inDays[first.unit] : 0)
      }),
    )
  })
})

describe('time gone by', () => {
  const at = { now: Date.UTC(2024, 5, 15, 12), zone: 'America/Denver' }
  it.each([
    ['2024-06-15T11:30:00Z', '30 minutes ago'],
    ['2024-06-15T03:00:00Z', '9 hours ago'],
    ['2024-06-12', '3 days ago'],
    ['2024-06-14', 'yesterday'],
    ['2024-06-15', 'today'],
    ['2024-05-20', '3 weeks ago'],
    ['2024-01', '5 months ago'],
    ['2021', '3 years ago'],
    ['2024', 'this year'],
    ['2019-06-14', '5 years ago'],
    ['2024-06-20', 'in 5 days'],
  ])('tells %s as "%s"', (text, told) => expect(formatElapsed(elapsed(date(text), at))).toBe(told))
})
