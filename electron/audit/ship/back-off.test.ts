import { describe, expect, it } from 'vitest'
import { firstWait, longestWait, waitAfter } from './back-off.ts'

describe('the wait after a failed report', () => {
  it('doubles up to five minutes, and is never the same for all workstations', () => {
    expect([1, 2, 3, 4].map((failures) => waitAfter(failures, 1))).toEqual([1_000, 2_000, 4_000, 8_000])
    expect([1, 2, 3, 4].map((failures) => waitAfter(failures, 0))).toEqual([500, 1_000, 2_000, 4_000])
    for (const failures of [10, 100, 1e9]) {
      expect(waitAfter(failures, 0.999)).toBeLessThanOrEqual(longestWait)
      expect(waitAfter(failures, 0)).toBe(longestWait / 2)
    }
  })

  it('is as long as the place asks, and never so long that an answer silences the audit', () => {
    expect(waitAfter(1, 0, 30_000)).toBe(30_000)
    expect(waitAfter(1, 0, 1)).toBe(firstWait / 2)
    expect(waitAfter(1, 0, Number.MAX_SAFE_INTEGER)).toBe(3_600_000)
  })
})
