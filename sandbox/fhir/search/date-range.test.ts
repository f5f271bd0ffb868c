import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { beginningOfTime, dateRange, endOfTime, storedRange } from './date-range.ts'

const span = (low: string, high: string) => ({ low: Date.parse(low), high: Date.parse(high) })

describe('the span of a date', () => {
  it('is a year where only the year is known', () => {
    expect(dateRange('1970')).toEqual(span('1970-01-01T00:00:00Z', '1971-01-01T00:00:00Z'))
  })

  it('ends with the month, in February too', () => {
    expect(dateRange('2026-02')).toEqual(span('2026-02-01T00:00:00Z', '2026-03-01T00:00:00Z'))
    expect(dateRange('2024-12')).toEqual(span('2024-12-01T00:00:00Z', '2025-01-01T00:00:00Z'))
  })

  it('is a whole day, a minute, a second or a millisecond', () => {
    expect(dateRange('2024-02-29')).toEqual(span('2024-02-29T00:00:00Z', '2024-03-01T00:00:00Z'))
    expect(dateRange('2024-02-29T10:20Z')).toEqual(span('2024-02-29T10:20:00Z', '2024-02-29T10:21:00Z'))
    expect(dateRange('2024-02-29T10:20:30Z')).toEqual(span('2024-02-29T10:20:30Z', '2024-02-29T10:20:31Z'))
    expect(dateRange('2024-02-29T10:20:30.250Z')).toEqual(span('2024-02-29T10:20:30.250Z', '2024-02-29T10:20:30.251Z'))
  })

  it('moves with the zone', () => {
    expect(dateRange('2024-03-01T01:30:00+05:30')?.low).toBe(Date.parse('2024-02-29T20:00:00Z'))
    expect(dateRange('2024-03-01T01:30:00-03:00')?.low).toBe(Date.parse('2024-03-01T04:30:00Z'))
  })

  it.each(['2023-02-29', '2024-13', '2024-00-01', '0000', '2024-1-1', '2024-01-01T25:00Z', '2024-01-01T10', '24', 'today', '', '2024-01-01T10:00+15:00'])(
    'is none for %j',
    (text) => expect(dateRange(text)).toBeUndefined(),
  )

  it('holds every instant of it, and never the next', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9998-01-01T00:00:00Z'), noInvalidDate: true }), (date) => {
        const iso = date.toISOString()
        for (const length of [4, 7, 10]) {
          const range = dateRange(iso.slice(0, length))
          if (range === undefined) throw new Error('no range')
          expect(range.low).toBeLessThanOrEqual(date.getTime())
          expect(range.high).toBeGreaterThan(date.getTime())
          expect(new Date(range.high).toISOString().slice(0, length)).not.toBe(iso.slice(0, length))
        }
      }),
    )
  })
})

describe('the span of a stored period', () => {
  it('is open where an end is missing', () => {
    expect(storedRange({ start: '2024' })).toEqual({ low: Date.parse('2024-01-01T00:00:00Z'), high: endOfTime })
    expect(storedRange({ end: '2024' })).toEqual({ low: beginningOfTime, high: Date.parse('2025-01-01T00:00:00Z') })
  })

  it('is none where nothing in it is a date', () => {
    expect(storedRange({ start: 'soon' })).toBeUndefined()
    expect(storedRange(7)).toBeUndefined()
    expect(storedRange(null)).toBeUndefined()
  })
})
