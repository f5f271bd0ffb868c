import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { wallTime } from './zone.ts'

const zones = ['UTC', 'America/Denver', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Africa/Monrovia', 'Europe/Dublin'] as const

/** What the platform says, without anything of ours between. */
function platform(epochMs: number, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' }).format(epochMs)
}

const two = (value: number) => String(value).padStart(2, '0')
function ours(epochMs: number, zone: string): string {
  const { year, month, day, hour, minute } = wallTime(epochMs, zone)
  return `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}`
}

describe('the wall clock of a zone', () => {
  it('shows what the platform shows, at every instant, also the second time it is asked', () => {
    const instant = fc.integer({ min: Date.UTC(1930, 0, 1), max: Date.UTC(2060, 0, 1) })
    fc.assert(
      fc.property(instant, fc.integer({ min: -90_000, max: 90_000 }), fc.constantFrom(...zones), (at, apart, zone) => {
        for (const each of [at, at + apart, at]) expect(ours(each, zone)).toBe(platform(each, zone))
      }),
    )
  })

  it('goes over at the very minute where a clock is put on or back', () => {
    const forward = Date.UTC(2026, 2, 8, 9)
    expect([forward - 1, forward].map((at) => ours(at, 'America/Denver'))).toEqual(['2026-03-08 01:59', '2026-03-08 03:00'])
  })

  it('knows a zone that was not a whole number of minutes from UTC', () => {
    const at = Date.UTC(1971, 5, 1, 12, 0, 15)
    expect([at, at + 30_000, at].map((each) => ours(each, 'Africa/Monrovia'))).toEqual([at, at + 30_000, at].map((each) => platform(each, 'Africa/Monrovia')))
  })
})
