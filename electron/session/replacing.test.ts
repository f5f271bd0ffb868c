import { expect, it } from 'vitest'
import { pausesBeforeReplacing } from './replacing.ts'

it('replaces what dies at once, and what dies again as soon as it stands ever more slowly, but always', () => {
  let now = 10_000
  const pause = pausesBeforeReplacing(() => now)
  const died = (after: number) => {
    now += after
    return pause()
  }
  expect(died(0)).toBe(0)
  expect([died(500), died(2_500), died(4_500), died(8_500)]).toEqual([2_000, 4_000, 8_000, 16_000])
  expect(died(17_000)).toBe(32_000)
  expect([died(33_000), died(61_000), died(61_000)]).toEqual([60_000, 60_000, 60_000])
  expect(died(70_000)).toBe(0)
  expect(died(1_999)).toBe(2_000)
})
