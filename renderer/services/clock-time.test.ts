import { describe, expect, it } from 'vitest'
import { clockTime } from './clock-time.ts'

const at = Date.UTC(2026, 10, 12, 23, 5)

describe('the time of a lock', () => {
  it('is hours and minutes on the same day, by the zone of the workstation', () => {
    expect(clockTime(at, at + 60_000, 'UTC')).toBe('23:05')
    expect(clockTime(at, at + 60_000, 'America/New_York')).toBe('18:05')
  })

  it('names the day when that is another one here, though it be the same in Greenwich', () => {
    expect(clockTime(at, at + 3_600_000, 'UTC')).toBe('12-Nov-2026 23:05')
    expect(clockTime(at, at + 3_600_000, 'America/New_York')).toBe('18:05')
  })

  it('writes midnight as 00:00, never as 24:00', () => {
    expect(clockTime(Date.UTC(2026, 10, 13), Date.UTC(2026, 10, 13, 1), 'UTC')).toBe('00:00')
  })
})
