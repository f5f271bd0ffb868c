import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Signal } from '../../../shared/alerts.ts'
import { AlertPolicy } from '../../../shared/policy.ts'
import { mostAlertsInARow, nothingSeen, step } from './engine.ts'
import { alertsOf, entryAt, morning, only, policyWith } from './entry.testing.ts'
import type { SeenEntry } from './entry.ts'

const minute = 60_000
const hour = 60 * minute
const pace = (threshold = 3, windowSeconds = 60) => only({ chartsPerMinute: { response: 'ask-reason', threshold, windowSeconds } })
const looks = (times: readonly number[]) => times.map((at, index) => entryAt(at, { patient: `p-${index}` }))
const given = (at: number, patient: string, ...signals: readonly Signal[]) => entryAt(at, { event: 'chart.signals', outcome: 'success', cause: 'refresh', patient, signals: new Set(signals) })
const rulesOf = (entries: readonly SeenEntry[], policy = policyWith()) => alertsOf(entries, policy).map(({ rule }) => rule)

describe('many charts in a short time @164.312(b)', () => {
  it('are told once, with how many there were', () => {
    expect(alertsOf(looks([0, 10_000, 20_000, 30_000]), pace())).toMatchObject([{ rule: 'chartsPerMinute', response: 'ask-reason', user: 'user-1', patient: undefined, count: 3, more: 0 }])
  })

  it('count up to both edges of the window', () => {
    expect(alertsOf(looks([0, 30_000, 60_000]), pace())).toHaveLength(1)
    expect(alertsOf(looks([0, 30_000, 60_001]), pace())).toHaveLength(0)
  })

  it('are different charts: one that is looked at again and again is one', () => {
    expect(alertsOf([0, 1, 2, 3, 4].map((at) => entryAt(at * 1_000)), pace())).toEqual([])
  })

  it('are what a person asked for, not what was refreshed on its own', () => {
    expect(alertsOf(looks([0, 1, 2, 3]).map((look): SeenEntry => ({ ...look, cause: 'refresh' })), pace())).toEqual([])
  })

  it('are counted for each person by themselves', () => {
    const entries = looks([0, 1, 2, 3]).map((look, index) => ({ ...look, user: index % 2 === 0 ? 'user-1' : 'user-2' }))
    expect(alertsOf(entries, pace())).toEqual([])
  })

  it('are told again when they go on, with how many were passed over', () => {
    const steady = looks(Array.from({ length: 30 }, (_, index) => index * 6_000))
    const alerts = alertsOf(steady, pace())
    expect(alerts.map(({ wall }) => (wall - morning) / 1_000)).toEqual([12, 78, 144])
    expect(alerts.map(({ more }) => more)).toEqual([0, 10, 10])
  })

  it('just below the threshold are seen by the shift, which has a longer memory', () => {
    // Nine a minute where ten are told of, for half an hour.
    const patient = looks(Array.from({ length: 270 }, (_, index) => index * (minute / 9 + 1)))
    expect(rulesOf(patient)).toEqual(['chartsPerShift'])
  })

  it('are found as counting them by hand finds them, whatever their times', () => {
    const gaps = fc.array(fc.tuple(fc.nat(40_000), fc.nat(5)), { maxLength: 60 })
    fc.assert(
      fc.property(gaps, fc.integer({ min: 1, max: 5 }), (steps, threshold) => {
        let at = 0
        const entries = steps.map(([gap, patient]) => entryAt((at += gap), { patient: `p-${patient}` }))
        let quiet = Number.NEGATIVE_INFINITY
        const expected = entries.flatMap(({ mono }, index) => {
          const inWindow = entries.slice(0, index + 1).filter((one) => mono - one.mono <= minute)
          if (new Set(inWindow.map((one) => one.patient)).size < threshold || mono <= quiet) return []
          quiet = mono + minute
          return [mono]
        })
        expect(alertsOf(entries, pace(threshold)).map(({ wall }) => wall - morning + 1_000)).toEqual(expected)
      }),
    )
  })
})

describe('a chart', () => {
  it('without a care relation is told of, once a day for each patient', () => {
    const entries = [given(0, 'p-1', 'not-related'), given(minute, 'p-1', 'not-related'), given(2 * minute, 'p-2', 'not-related'), given(25 * hour, 'p-1', 'not-related')]
    const alerts = alertsOf(entries, only({ noCareRelation: { response: 'notice' } }))
    expect(alerts.map(({ patient }) => patient)).toEqual(['p-1', 'p-2', 'p-1'])
  })

  it('of a relative by name, of a VIP or behind a broken glass is told of', () => {
    expect(rulesOf([given(0, 'p-1', 'not-related', 'same-family-name', 'vip', 'restricted', 'glass-broken')])).toEqual(['noCareRelation', 'breakTheGlass', 'sameFamilyName', 'vip'])
  })

  it('of a patient in one’s care is nobody’s business but theirs: by name, by rank and by night', () => {
    expect(rulesOf([given(14 * hour, 'p-1', 'related', 'same-family-name', 'vip')])).toEqual([])
  })

  it('is off hours by the workstation’s own time', () => {
    const policy = only({ offHours: { response: 'notice', from: '06:00', to: '20:00' } })
    const at = (wall: number) => alertsOf([{ ...given(0, 'p-1', 'not-related'), wall }], policy, 'America/Denver').length
    expect([at(Date.UTC(2026, 6, 15, 11, 59)), at(Date.UTC(2026, 6, 15, 12, 0)), at(Date.UTC(2026, 6, 16, 1, 59)), at(Date.UTC(2026, 6, 16, 2, 0))]).toEqual([1, 0, 0, 1])
  })

  it('is off hours where the working day goes over midnight, too', () => {
    const policy = only({ offHours: { response: 'notice', from: '20:00', to: '06:00' } })
    expect(alertsOf([given(0, 'p-1', 'not-related')], policy)).toHaveLength(1)
    expect(alertsOf([given(11 * hour, 'p-1', 'not-related')], policy)).toHaveLength(0)
  })
})

describe('refusals', () => {
  const refused = (at: number, patient: string | undefined, failure: string) => entryAt(at, { event: 'chart.section', outcome: 'failed', failure, patient, correlation: `0000000${at}` })

  it('of three charts within ten minutes are told of; the twelve sections of one chart are one refusal', () => {
    expect(rulesOf(Array.from({ length: 12 }, (_, at) => refused(at, 'p-1', 'forbidden')))).toEqual([])
    expect(rulesOf([refused(1, 'p-1', 'forbidden'), refused(2, 'p-2', 'forbidden'), refused(3, 'p-3', 'not-permitted')])).toEqual(['repeatedDenials'])
  })

  it('for an outage or a lock are nobody’s doing', () => {
    expect(rulesOf([refused(1, 'p-1', 'offline'), refused(2, 'p-2', 'locked'), refused(3, 'p-3', 'timeout')])).toEqual([])
  })

  it('of a PIN are told of at the third', () => {
    const tried = [1, 2, 3].map((at) => entryAt(at, { event: 'session.unlock', outcome: 'failed', failure: 'pin-wrong', patient: undefined, correlation: `0000000${at}` }))
    expect(rulesOf(tried.slice(0, 2))).toEqual([])
    expect(rulesOf(tried)).toEqual(['failedUnlocks'])
  })
})

describe('a clock that is set back', () => {
  it('is told of: at once, over a restart, and where more time has passed than it was set back by', () => {
    const at = (wall: number, mono: number, run = 'run-1') => entryAt(0, { event: 'session.active', patient: undefined, wall, mono, run })
    expect(rulesOf([at(morning, 1_000), at(morning - hour, 2_000)])).toEqual(['clockSetBack'])
    expect(rulesOf([at(morning, 9_000_000), at(morning - hour, 500, 'run-2')])).toEqual(['clockSetBack'])
    expect(rulesOf([at(morning, 1_000), at(morning + hour, 1_000 + 2 * hour)])).toEqual(['clockSetBack'])
  })

  it('by a server that sets it right is not', () => {
    expect(rulesOf([entryAt(0), entryAt(minute, { wall: morning + 20_000 })])).toEqual([])
  })

  it('after a sleep of the computer, which the other clock sleeps through, is not', () => {
    expect(rulesOf([entryAt(0), entryAt(1_000, { wall: morning + 8 * hour }), entryAt(2_000, { wall: morning + 8 * hour + 1_000 })])).toEqual([])
  })

  it('by a day does not silence what counts', () => {
    const entries = looks([0, 10_000, 20_000]).map((look, index) => (index === 0 ? look : { ...look, wall: look.wall - 24 * hour }))
    expect(rulesOf(entries, { ...pace(), clockSetBack: policyWith().clockSetBack })).toEqual(['clockSetBack', 'chartsPerMinute'])
  })

  it('between any two entries, by any time, loses no alert', () => {
    const gaps = fc.array(fc.nat(40_000), { minLength: 2, maxLength: 40 })
    fc.assert(
      fc.property(gaps, fc.nat(39), fc.integer({ min: 1, max: 30 * 24 * 3_600_000 }), (steps, from, by) => {
        let at = 0
        const honest = steps.map((gap, index) => entryAt((at += gap), { patient: `p-${index}`, correlation: `look-${index}` }))
        const setBack = honest.map((entry, index) => (index < from ? entry : { ...entry, wall: entry.wall - by }))
        const found = (entries: readonly SeenEntry[]) => alertsOf(entries, pace()).map(({ correlation }) => correlation)
        expect(found(setBack)).toEqual(found(honest))
      }),
    )
  })
})

describe('who would drown the alerts', () => {
  it('in ten thousand entries a second leaves a bounded memory, and a last alert that is about them all', () => {
    const policy = only({ noCareRelation: { response: 'notice' }, chartsPerShift: { response: 'notice' } })
    let state = nothingSeen
    const raised: (string | undefined)[] = []
    for (let at = 0; at < 10_000; at += 1) {
      const [next, alerts] = step(state, { ...given(at / 10, `p-${at}`, 'not-related'), user: `user-${at % 3}` }, policy, 'UTC')
      state = next
      for (const alert of alerts) raised.push(alert.patient)
    }
    expect(raised).toHaveLength(3 * mostAlertsInARow)
    expect(raised.slice(-3)).toEqual([undefined, undefined, undefined])
    expect(JSON.stringify(state).length).toBeLessThan(100_000)
  })

  it('with ever new users leaves a bounded memory too', () => {
    let state = nothingSeen
    for (let at = 0; at < 2_000; at += 1) [state] = step(state, entryAt(at, { user: `user-${at}` }), policyWith(), 'UTC')
    expect(JSON.stringify(state).length).toBeLessThan(30_000)
  })

  it('finds those that were passed over counted in the next alert', () => {
    const many = Array.from({ length: 60 }, (_, at) => given(at, `p-${at}`, 'not-related'))
    const alerts = alertsOf([...many, given(2 * hour, 'p-late', 'not-related')], only({ noCareRelation: { response: 'notice' } }))
    expect(alerts.map(({ more }) => more).reduce((sum, more) => sum + more, 0) + alerts.length).toBe(61)
  })
})

describe('the engine', () => {
  const anyEntry = fc.record({
    gap: fc.nat(200_000),
    event: fc.constantFrom('chart.open', 'chart.section', 'chart.signals', 'session.unlock', 'alert.raised'),
    outcome: fc.constantFrom('intent', 'success', 'failed', 'refused'),
    patient: fc.option(fc.constantFrom('p-1', 'p-2', 'p-3'), { nil: undefined }),
    failure: fc.option(fc.constantFrom('forbidden', 'pin-wrong', 'offline'), { nil: undefined }),
    signals: fc.subarray<Signal>(['related', 'not-related', 'vip', 'same-family-name', 'glass-broken']),
    wall: fc.integer({ min: -hour, max: hour }),
  })
  const sequence = fc.array(anyEntry, { maxLength: 40 }).map((drawn) => {
    let at = 0
    return drawn.map(({ gap, signals, wall, ...rest }) => entryAt((at += gap), { ...rest, signals: new Set(signals), wall: morning + at + wall }))
  })
  const quick = policyWith({ repeatedDenials: { threshold: 2 }, failedUnlocks: { threshold: 2 }, chartsPerMinute: { threshold: 2 } })

  it('finds the same in the same entries, also where its memory was written down and read again between any two', () => {
    fc.assert(
      fc.property(sequence, (entries) => {
        const once = alertsOf(entries, quick)
        let state = nothingSeen
        const again = entries.flatMap((entry) => {
          // A memory is plain data; one that was never written down has no time yet.
          const [next, alerts] = step(state.time === undefined ? state : (JSON.parse(JSON.stringify(state)) as typeof state), entry, quick, 'UTC')
          state = next
          return alerts
        })
        expect(again.map(({ rule, correlation, wall }) => [rule, correlation, wall])).toEqual(once.map(({ rule, correlation, wall }) => [rule, correlation, wall]))
      }),
    )
  })

  it('does not change what it was given', () => {
    fc.assert(
      fc.property(sequence, (entries) => {
        const [state] = entries.reduce(([before], entry) => step(before, entry, quick, 'UTC'), [nothingSeen, []] as ReturnType<typeof step>)
        const kept = JSON.stringify(state)
        step(state, entryAt(90_000_000, { signals: new Set(['not-related']) }), quick, 'UTC')
        expect(JSON.stringify(state)).toBe(kept)
      }),
    )
  })
})

describe('the policy of the alerts', () => {
  it('refuses a threshold of 0, which would be an alert for each entry', () => {
    expect(AlertPolicy.safeParse({ chartsPerMinute: { threshold: 0 } }).success).toBe(false)
  })

  it('refuses a window of no time, an hour that is none, and a rule that is misspelt', () => {
    for (const bad of [{ vip: { windowSeconds: 0 } }, { offHours: { from: '24:00' } }, { chartPerMinute: { response: 'lock' } }, { vip: { response: 'shout' } }]) {
      expect(AlertPolicy.safeParse(bad).success).toBe(false)
    }
  })

  it('turns a rule off whole', () => {
    expect(alertsOf(looks([0, 1, 2]), only({}))).toEqual([])
  })
})
