import { xorshift128plus } from 'pure-rand/generator/xorshift128plus'
import { describe, expect, it } from 'vitest'
import { type Happening, simulate } from '../bench/fleet/simulate.ts'
import type { Costs } from '../bench/fleet/workstation.ts'

const costs: Costs = { connection: 1, poll: 0.5, report: 0.5, signIn: 50, agreement: 0.1, set: 1 }
const seeded = (seed: number) => {
  const generator = xorshift128plus(seed)
  return () => (generator.next() >>> 0) / 2 ** 32
}
const hospital = (happenings: readonly Happening[], untilMs: number, { seed = 1, cores = 2, random = seeded(seed) } = {}) => simulate({ workstations: 400, cores, costs, random }, happenings, untilMs)
const most = (numbers: readonly number[]) => numbers.reduce((a, b) => Math.max(a, b), 0)

describe('a simulated hospital', () => {
  it('goes the same way with the same seed, and another with another', () => {
    const happenings: Happening[] = [{ kind: 'restart', at: 30_000, forMs: 5_000 }]
    expect(hospital(happenings, 90_000)).toEqual(hospital(happenings, 90_000))
    expect(hospital(happenings, 90_000).requests).not.toEqual(hospital(happenings, 90_000, { seed: 2 }).requests)
  })

  it('polls every 25 seconds and reports every minute, and works no more than that takes', () => {
    const { requests, load } = hospital([], 600_000)
    const minutes = requests.slice(60).reduce((sum, each) => sum + each, 0) / 9
    expect(minutes / 400).toBeGreaterThan(60 / 25 + 1 - 0.15)
    expect(minutes / 400).toBeLessThan(60 / 25 + 1 + 0.05)
    expect(load).toBeCloseTo((400 * ((60 / 25) * 0.5 + 1.5)) / 60_000 / 2, 2)
  })

  it('goes dark whole and each screen once, no sooner than the work of it allows', () => {
    const { dark } = hospital([{ kind: 'lock-all', at: 40_000 }], 90_000)
    expect(dark).toHaveLength(400)
    const last = most(dark) - 40_000
    expect(last).toBeGreaterThan(400 * (costs.agreement + costs.set / 2))
    expect(last).toBeLessThan(1_000)
  })

  it('that loses its server while it is locked is dark all the same, later', () => {
    const { dark, back } = hospital([{ kind: 'lock-all', at: 40_000 }, { kind: 'restart', at: 40_100, forMs: 5_000 }], 120_000)
    expect(dark).toHaveLength(400)
    expect(back.length).toBeGreaterThan(100)
    expect(most(dark)).toBeGreaterThan(45_100)
  })

  it('comes back after a restart, spread by the pause that the application takes; without chance all would come at once', () => {
    const restart: Happening[] = [{ kind: 'restart', at: 30_000, forMs: 60_000 }]
    const spread = hospital(restart, 150_000)
    expect(spread.back).toHaveLength(400)
    expect(most(spread.back)).toBeLessThan(90_000 + 30_000 + 1_000)
    const peak = (requests: readonly number[]) => most(requests.slice(90))
    expect(peak(spread.requests)).toBeLessThan(400 / 5)
    const together = hospital(restart, 150_000, { random: () => 1 })
    expect(peak(together.requests)).toBeGreaterThanOrEqual(400)
  })

  it('makes people wait for their sign-in where the server is too small for all of them', () => {
    const storm: Happening[] = [{ kind: 'sign-ins', from: 10_000, to: 20_000 }]
    const [small, large] = [hospital(storm, 120_000, { cores: 1 }), hospital(storm, 120_000, { cores: 8 })]
    expect([small.signIns.length, large.signIns.length]).toEqual([400, 400])
    expect(most(small.signIns)).toBeGreaterThan(5_000)
    expect(most(large.signIns)).toBeLessThan(200)
  })
})
