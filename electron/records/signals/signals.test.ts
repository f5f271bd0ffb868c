import { describe, expect, it } from 'vitest'
import type { Signal } from '../../../shared/alerts.ts'
import { PatientId } from '../../../shared/contract/ids.ts'
import type { InputOf, OutputOf } from '../../../shared/contract/index.ts'
import { decideSignals } from './decide.ts'
import { hasFamilyNameOf } from './family-name.ts'
import { type ReadOfChart, relationTo } from './relation.ts'
import { watchOpenings } from './watch-openings.ts'

const fhirBase = 'https://ehr.example/fhir/R4'
const at = { now: Date.UTC(2026, 10, 28, 12), zone: 'UTC' }
const me = 'Practitioner/me'
const chart = (more: Partial<ReadOfChart> = {}): ReadOfChart => ({ patient: { resourceType: 'Patient' }, careTeams: [], encounters: [], ...more })
const team = (more: object = {}, participant: object = {}) => ({ resourceType: 'CareTeam', status: 'active', participant: [{ member: { reference: me }, ...participant }], ...more })
const met = (period: object, more: object = {}) => ({ resourceType: 'Encounter', status: 'finished', period, participant: [{ individual: { reference: me } }], ...more })
const relation = (read: Partial<ReadOfChart>, user: string | undefined = me) => relationTo(chart(read), user, fhirBase, at)

describe('a care relation', () => {
  it('is a place in the care team today, one’s own patient, or an encounter that is not long over', () => {
    const known: Partial<ReadOfChart>[] = [
      { careTeams: [team()] },
      { careTeams: [team({}, { member: { reference: `${fhirBase}/${me}/_history/3` } })] },
      { patient: { generalPractitioner: [{ reference: 'Practitioner/other' }, { reference: me }] } },
      { encounters: [met({ start: '2026-11-28' }, { status: 'in-progress' })] },
      { encounters: [met({ start: '2026-12-24' }, { status: 'planned' })] },
      { encounters: [met({ start: '2026-08-20', end: '2026-08-30' })] },
    ]
    for (const read of known) expect(relation(read), JSON.stringify(read)).toBe('related')
  })

  it('is none where it is over, cancelled, somebody else’s, or of another server', () => {
    const none: Partial<ReadOfChart>[] = [
      {},
      { careTeams: [team({ status: 'inactive' })] },
      { careTeams: [team({ period: { end: '2026-11-20' } })] },
      { careTeams: [team({}, { period: { end: '2026-11-20' } })] },
      { careTeams: [team({}, { member: { reference: `https://elsewhere.example/${me}` } })] },
      { encounters: [met({ start: '2026-08-20', end: '2026-08-29' })] },
      { encounters: [met({ start: '2026-11-20' }, { status: 'cancelled' })] },
      { encounters: [met({}, { participant: [{ individual: { reference: 'Practitioner/other' } }] })] },
      { careTeams: ['rubbish', null, { resourceType: 'CareTeam', participant: 'me' }], encounters: [7] },
    ]
    for (const read of none) expect(relation(read), JSON.stringify(read)).toBe('not-related')
  })

  it('is not known where what would tell it was not read, and never held against who is known by the rest', () => {
    expect(relation({ careTeams: undefined })).toBe('unknown')
    expect(relation({ encounters: undefined })).toBe('unknown')
    expect(relation({ encounters: undefined, careTeams: [team()] })).toBe('related')
    expect(relation({ careTeams: [team({}, { member: { reference: 'PractitionerRole/mine-perhaps' } })] })).toBe('unknown')
    expect(relationTo(chart(), undefined, fhirBase, at)).toBe('unknown')
    expect(relation({}, 'Patient/me')).toBe('unknown')
  })
})

describe('the same family name', () => {
  const same = (displayName: string, family: string) => hasFamilyNameOf(displayName, [{ use: 'official', family, given: ['Ada'] }])

  it('is found as people write names', () => {
    for (const [shown, family] of [
      ['Marisol Villaseñor, MD', 'Villasenor'], ['Villaseñor, Marisol', 'VILLASEÑOR'], ['Dr. Ann Marie de la Cruz', 'De La Cruz'], ['Sean O’Brien Jr.', "O'Brien"],
      ['Anna Smith-Jones', 'Smith Jones'], ['Okonkwo', 'Okonkwo'], ['Vander Meer, Jo, RN', 'Vandermeer'],
    ] as const) expect(same(shown, family), `${shown} / ${family}`).toBe(true)
  })

  it('is not a given name, a title, a part of a word, or nothing', () => {
    for (const [shown, family] of [['Ashley James, MD', 'Ashley'], ['Villaseñor, Marisol', 'Marisol'], ['Jo Stone', 'Tone'], ['Jo Stone', 'Jo Stone'], ['Jo Stone, MD', 'MD'], ['', ''], ['Jo Stone', '']] as const) {
      expect(same(shown, family), `${shown} / ${family}`).toBe(false)
    }
  })

  it('is also one that the patient had before', () => {
    expect(hasFamilyNameOf('Jo Stone', [{ use: 'official', family: 'Reed' }, { use: 'maiden', family: 'Stone' }])).toBe(true)
    expect(hasFamilyNameOf('Jo Stone', 'Stone')).toBe(false)
  })
})

describe('what is said of a chart @164.312(b)', () => {
  const label = (system: string, code: string) => ({ system: `http://terminology.hl7.org/CodeSystem/v3-${system}`, code })
  const told = (security: unknown, more: Partial<ReadOfChart> = {}) => [...decideSignals(chart({ patient: { resourceType: 'Patient', meta: { security }, name: [{ family: 'Stone' }] }, ...more }), { fhirUser: me, displayName: 'Jo Stone' }, fhirBase, at)]

  it('is a word for each label and relation, and no name', () => {
    expect(told([])).toEqual(['not-related', 'same-family-name'])
    expect(told([label('ActCode', 'VIP')])).toEqual(['not-related', 'same-family-name', 'vip'])
    expect(told([label('Confidentiality', 'R')])).toEqual(['not-related', 'same-family-name', 'restricted', 'glass-broken'])
    expect(told([label('Confidentiality', 'R'), label('ActCode', 'CEL')], { careTeams: [team()] })).toEqual(['related', 'same-family-name', 'restricted', 'vip'])
    expect(told([label('Confidentiality', 'N'), label('ActReason', 'HTEST')])).toEqual(['not-related', 'same-family-name'])
  })

  it('takes labels that cannot be read for restricted ones', () => {
    expect(told('VIP')).toContain('restricted')
    expect(told([7])).toContain('restricted')
  })

  it('says that a glass was broken only where it is known that there is no relation', () => {
    expect(told([label('Confidentiality', 'V')], { encounters: undefined })).toEqual(['relation-not-known', 'same-family-name', 'restricted'])
  })
})

describe('the opening of a chart', () => {
  const patient = PatientId.parse('p-1')
  type Section = InputOf<'chart.section'>['section']
  function opening() {
    const told: unknown[] = []
    const timers: { act: () => void; ms: number }[] = []
    const openings = watchOpenings({
      decide: (read) => new Set<Signal>([read.careTeams === undefined ? 'relation-not-known' : read.careTeams.length > 0 ? 'related' : 'not-related']),
      tell: (about, signals) => void told.push([about, ...signals]),
      later: (act, ms) => void timers.push({ act, ms }),
    })
    const pass = (ms: number) => {
      for (const timer of timers.splice(0)) if (timer.ms <= ms) timer.act(); else timers.push(timer)
    }
    const input = (section: Section, more: Partial<InputOf<'chart.section'>> = {}): InputOf<'chart.section'> => ({ patient, section, cause: 'look', want: 'kept', ...more })
    const output = (source: 'network' | 'cache', resources: readonly object[] = [{ resourceType: 'Patient' }], more: object = {}) => ({ resources, freshness: { source, asOf: 1 }, refused: { wrongPatient: 0, malformed: 0 }, ...more }) as unknown as OutputOf<'chart.section'>
    const asksAll = () => (['patient', 'encounters', 'careTeam'] as const).forEach((section) => openings.asked(input(section)))
    return { openings, told, timers, pass, input, output, asksAll }
  }

  it('is told once, when all that tells has come from the EHR, and not while an answer is being made', () => {
    const { openings, told, pass, input, output, asksAll } = opening()
    asksAll()
    openings.answered(input('patient'), output('network'))
    openings.answered(input('laboratory'), output('network'))
    openings.answered(input('careTeam'), output('network', []))
    pass(0)
    expect(told).toEqual([])
    openings.answered(input('encounters'), output('network', []))
    expect(told).toEqual([])
    pass(0)
    pass(10_000)
    expect(told).toEqual([['p-1', 'not-related']])
  })

  it('waits for what was kept to be confirmed, and no longer than ten seconds', () => {
    const { openings, told, pass, input, output, asksAll } = opening()
    asksAll()
    for (const section of ['patient', 'careTeam', 'encounters'] as const) openings.answered(input(section), output('cache', section === 'careTeam' ? [] : undefined))
    pass(0)
    expect(told).toEqual([])
    pass(10_000)
    expect(told).toEqual([['p-1', 'not-related']])
    asksAll()
    for (const section of ['patient', 'careTeam', 'encounters'] as const) openings.answered(input(section), output('cache', []))
    for (const section of ['patient', 'careTeam', 'encounters'] as const) openings.answered(input(section, { cause: 'refresh', want: 'current' }), output('network'))
    pass(0)
    expect(told.slice(1)).toEqual([['p-1', 'related']])
  })

  it('of which nothing came is none; one that was left in the middle is told of by what was seen', () => {
    const { openings, told, pass, input, output, asksAll } = opening()
    asksAll()
    for (const section of ['patient', 'careTeam', 'encounters'] as const) openings.failed(input(section))
    pass(0)
    expect(told).toEqual([])
    asksAll()
    openings.answered(input('patient'), output('network'))
    for (const section of ['careTeam', 'encounters'] as const) openings.failed(input(section))
    pass(0)
    expect(told).toEqual([['p-1', 'relation-not-known']])
  })

  it('takes half a list for one that was not read, and a later page for no opening', () => {
    const { openings, told, pass, input, output, asksAll } = opening()
    openings.asked(input('patient', { cause: 'refresh' }))
    openings.answered(input('patient'), output('network'))
    asksAll()
    openings.answered(input('patient'), output('network'))
    openings.answered(input('careTeam'), output('network', [], { partial: 'left-out' }))
    openings.answered(input('encounters'), output('network'))
    openings.answered(input('encounters', { next: 'more' }), output('network', []))
    pass(0)
    expect(told).toEqual([['p-1', 'relation-not-known']])
  })
})
