import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { casesOf, troubleNames } from './switches/names.ts'
import { troubleSights } from './switches/trouble-sights.ts'
import { openTroubledHospital, type Outcome, type TroubledHospital } from './switches/troubled-chart.ts'

let hospital: TroubledHospital
/** As they are without trouble. */
let problems: Outcome

beforeAll(async () => {
  hospital = await openTroubledHospital()
  problems = await hospital.under({ do: 'delay', ms: 0 })
})
beforeEach(() => hospital.honest())
afterAll(() => hospital.close())

describe('every trouble that the sandbox can make', () => {
  it('has its line, and what is in no line is no trouble', () => {
    expect(Object.keys(troubleSights).sort()).toEqual([...troubleNames].sort())
  })

  it.each(casesOf(troubleSights))('%s: the part in trouble says what is known of it, and the others show', async (_name, { deed, where, sees }) => {
    const before = process.memoryUsage().rss
    let most = before
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 5)
    const outcome = await hospital.under(typeof deed === 'function' ? deed(hospital.bob) : deed, where)
    clearInterval(watch)

    expect(outcome).toMatchObject(sees(where === undefined ? problems : await hospital.under({ do: 'delay', ms: 0 }, where)))
    // No time-out is waited for twice.
    expect(outcome.took).toBeLessThan(5_000)
    expect(outcome.texts).not.toMatch(/Their disease|Infinity|NaN/)
    expect(hospital.sandbox.strays()).toEqual({ requests: 0, withToken: 0 })
    // The sandbox is in this process too; 40 MB swallowed would be as many of bytes, as many of text, and more of objects.
    expect((most - before) / 1024 / 1024).toBeLessThan(120)
  })
})
