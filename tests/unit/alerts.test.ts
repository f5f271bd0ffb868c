import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { alertRules } from '../../shared/alerts.ts'
import { AlertPolicy } from '../../shared/policy.ts'
import { floors } from '../alerts/floors.ts'
import { liveMonth } from '../alerts/month.ts'
import { precision, recall, summed } from '../alerts/table.ts'

const isCampaign = process.env['CHARTKEEP_CAMPAIGN'] !== undefined
/** The whole month in a campaign, by another chance each time; twelve days otherwise, which are few cases to a rule. */
const setting = isCampaign ? { seed: Date.now() % 1_000_000, days: 30 } : { seed: 1, days: 12 }

describe(`the alerts, in simulated shifts (${JSON.stringify(setting)}) @164.312(b)`, () => {
  const month = liveMonth(setting)
  const tallies = new Map(summed([month]).map((one) => [one.rule, one]))

  it.each(alertRules)('find with %s what they are stated to find, and no more else than stated', (rule) => {
    const tally = tallies.get(rule)
    if (!tally) throw new Error('a rule without a tally')
    // A few cases scatter more than the stated months do.
    const slack = isCampaign ? 0.15 : 0.1
    expect({ precision: precision(tally), recall: recall(tally) }).toEqual({
      precision: expect.toSatisfy((found: number) => found >= floors[rule].precision - slack, `≥ ${floors[rule].precision - slack}`),
      recall: expect.toSatisfy((found: number) => found >= floors[rule].recall - slack, `≥ ${floors[rule].recall - slack}`),
    })
  })

  it('tell of nine in ten misuses by one rule or another, and never of who looks at a patient of their own', () => {
    expect(month.caught / (month.episodes - month.missed.filter((kind) => kind === 'own-ward').length)).toBeGreaterThan(0.88)
    expect(month.missed).toContain('own-ward')
  })

  it('are the same in the same month', () => {
    const short = { seed: 7, days: 2 }
    expect(liveMonth(short)).toEqual(liveMonth(short))
  })

  it('find nothing where no rule is on', () => {
    const off = AlertPolicy.parse(Object.fromEntries(alertRules.map((rule) => [rule, { response: 'off' }])))
    expect(liveMonth({ seed: 7, days: 2, policy: off }).caught).toBe(0)
  })
})

describe('what is written of the alerts', () => {
  const text = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'alerts.md'), 'utf8')

  it('states a precision and a recall for each rule, no worse than the floors that are held', () => {
    const stated = new Map([...text.matchAll(/^\| `(\w+)` \| [\d,]+ \| (\d\.\d\d) \| (\d\.\d\d) \|/gm)].map(([, rule, p, r]) => [rule, { precision: Number(p), recall: Number(r) }]))
    expect([...stated.keys()]).toEqual([...alertRules])
    for (const rule of alertRules) {
      expect(stated.get(rule)?.precision).toBeGreaterThanOrEqual(floors[rule].precision)
      expect(stated.get(rule)?.recall).toBeGreaterThanOrEqual(floors[rule].recall)
    }
  })
})
