import { describe, expect, it } from 'vitest'
import { periodOfDays, periodUntil } from './period.ts'

const iso = ({ from, to }: { from: number; to: number }) => [new Date(from).toISOString(), new Date(to).toISOString()]

describe('a period of days', () => {
  it('begins with its first day and ends with its last, by the clock of the workstation', () => {
    const found = periodOfDays('2026-11-27', '2026-11-28', 'America/New_York')
    expect(found && iso(found)).toEqual(['2026-11-27T05:00:00.000Z', '2026-11-29T05:00:00.000Z'])
  })

  it('has the hour that the clocks were changed by: 23 or 25 hours a day', () => {
    const hours = (on: string, zone: string) => {
      const found = periodOfDays(on, on, zone)
      return found && (found.to - found.from) / 3_600_000
    }
    expect([hours('2026-03-08', 'America/New_York'), hours('2026-11-01', 'America/New_York'), hours('2026-07-01', 'America/New_York')]).toEqual([23, 25, 24])
    // Clocks there were put forward at midnight: that day began at one.
    expect(periodOfDays('2018-11-04', '2018-11-04', 'America/Sao_Paulo')?.from).toBe(Date.parse('2018-11-04T03:00:00Z'))
  })

  it('is none where a day is none, or the last comes before the first', () => {
    for (const [first, last] of [['2026-02-29', '2026-03-01'], ['2026-11-28', '2026-11-27'], ['', '2026-11-27'], ['2026-13-01', '2026-13-02'], ['0001-01-01', '2026-01-01']] as const) expect(periodOfDays(first, last, 'UTC')).toBeUndefined()
  })

  it('may end a year', () => {
    const found = periodOfDays('2026-12-31', '2026-12-31', 'UTC')
    expect(found && iso(found)).toEqual(['2026-12-31T00:00:00.000Z', '2027-01-01T00:00:00.000Z'])
  })
})

describe('a period until now', () => {
  it('goes six years back by the calendar, from a leap day to a day that there was @164.528', () => {
    const now = Date.parse('2028-02-29T15:00:00Z')
    expect(iso(periodUntil('six-years', now, 'UTC'))).toEqual(['2022-02-28T00:00:00.000Z', '2028-02-29T15:00:00.001Z'])
  })
})
