import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addYears, dateOf, dateTo, dayOf, instantOf, workingDay, yearsBetween } from './calendar.ts'

describe('the calendar of synthetic histories', () => {
  it('turns a date into a day and back, whatever the time zone of the machine', () => {
    fc.assert(fc.property(fc.integer({ min: -30_000, max: 30_000 }), (day) => dayOf(dateOf(day)) === day))
  })

  it('takes a year or a month of birth as its last day, so that nothing can precede the birth', () => {
    expect(dateOf(dayOf('1948'))).toBe('1948-12-31')
    expect(dateOf(dayOf('1972-02'))).toBe('1972-02-29')
  })

  it('refuses what is not a FHIR date', () => {
    for (const wrong of ['', '19-4-1', '1990-13-45T00:00', 'yesterday']) expect(() => dayOf(wrong)).toThrow(RangeError)
  })

  it('counts a birthday on 29 February on the 28th in other years', () => {
    const born = dayOf('2004-02-29')
    expect(dateOf(addYears(born, 1))).toBe('2005-02-28')
    expect(yearsBetween(born, dayOf('2005-02-27'))).toBe(0)
    expect(yearsBetween(born, dayOf('2005-02-28'))).toBe(1)
  })

  it('writes an instant with the offset of the town', () => {
    expect(instantOf(dayOf('2026-03-09'), 9 * 60 + 5)).toBe('2026-03-09T09:05:00-05:00')
  })

  it('opens the clinic on Monday for who would have come at the week-end', () => {
    expect(dateOf(workingDay(dayOf('2026-11-21')))).toBe('2026-11-23')
    expect(dateOf(workingDay(dayOf('2026-11-22')))).toBe('2026-11-23')
    expect(dateOf(workingDay(dayOf('2026-11-24')))).toBe('2026-11-24')
  })

  it('remembers to the year, the month or the day', () => {
    const day = dayOf('2015-07-09')
    expect([dateTo('year', day), dateTo('month', day), dateTo('day', day)]).toEqual(['2015', '2015-07', '2015-07-09'])
  })
})
