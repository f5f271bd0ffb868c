import { describe, expect, it } from 'vitest'
import { standNewestFirst } from './newest-first.ts'

const on = (...dates: unknown[]) => dates.map((effectiveDateTime) => ({ resourceType: 'Observation', effectiveDateTime }))

describe('a page that was asked for newest first', () => {
  it('is that, also within a day, and where dates are partial, absent or no dates', () => {
    expect(standNewestFirst(on('2026-03-02T08:00:00Z', '2026-03-02T09:00:00+02:00', '2026-03-02', '2026-02-01'))).toBe(true)
    expect(standNewestFirst(on('2026-03-02', '2027', undefined, 7, 'long ago', '2026-01'))).toBe(true)
    expect(standNewestFirst([])).toBe(true)
  })

  it('is not where an older record stands before a newer one', () => {
    expect(standNewestFirst(on('2024-01-01', '2026-03-02'))).toBe(false)
    expect(standNewestFirst([{ period: { start: '2024-01-01' } }, { period: { start: '2026-01-01T00:00:00Z' } }])).toBe(false)
    for (const element of ['occurrenceDateTime', 'performedDateTime', 'date', 'effectiveInstant']) expect(standNewestFirst([{ [element]: '2024-01-01' }, { [element]: '2026-01-01' }])).toBe(false)
  })
})
