import { describe, expect, it } from 'vitest'
import { activityReporter } from './activity.ts'

describe('activity', () => {
  it('is told at once and then at most once a second', () => {
    let now = 10_000
    let told = 0
    const seen = activityReporter({ now: () => now }, () => (told += 1))
    for (; now < 12_500; now += 10) seen()
    expect(told).toBe(3)
  })

  it('is told again after the clock of the workstation was set back', () => {
    let now = 10_000
    let told = 0
    const seen = activityReporter({ now: () => now }, () => (told += 1))
    seen()
    now = 5_000
    seen()
    expect(told).toBe(2)
  })
})
