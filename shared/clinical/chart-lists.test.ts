import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readActor } from './actor.ts'
import { readCareTeams } from './care-team.ts'
import { readConcept } from './coding.ts'
import { readEncounters } from './encounter.ts'
import { readImmunizations } from './immunization.ts'
import { readProblems } from './problem.ts'
import { readProcedures } from './procedure.ts'
import { readWhen } from './when.ts'

const at = { now: Date.UTC(2024, 5, 15, 12), zone: 'Europe/London' }
const status = (kind: 'clinical' | 'ver-status', code: string) => ({ coding: [{ system: `http://terminology.hl7.org/CodeSystem/condition-${kind}`, code }] })
const problem = (name: string, more: object = {}): object => ({ resourceType: 'Condition', code: { text: name }, clinicalStatus: status('clinical', 'active'), verificationStatus: status('ver-status', 'confirmed'), ...more })
const names = (rows: readonly ({ kind: 'malformed' } | { kind: 'problem'; name: { kind: string; text?: string } })[]) => rows.map((row) => (row.kind === 'problem' ? (row.name.text ?? row.name.kind) : row.kind))

describe('what a thing is called', () => {
  const coding = (system: string, display: string, more: object = {}) => ({ system, code: 'x', display, ...more })
  it('is its text, then the chosen coding, then SNOMED, LOINC, RxNorm, then any', () => {
    const codings = [coding('urn:local', 'Local'), coding('http://loinc.org', 'Loinc'), coding('http://snomed.info/sct', 'Snomed')]
    expect(readConcept({ text: 'Words', coding: codings })).toMatchObject({ text: 'Words' })
    expect(readConcept({ coding: codings })).toMatchObject({ text: 'Snomed' })
    expect(readConcept({ coding: [...codings, coding('urn:local', 'Chosen', { userSelected: true })] })).toMatchObject({ text: 'Chosen' })
    expect(readConcept({ coding: [coding('urn:local', 'Local')] })).toMatchObject({ text: 'Local' })
  })

  it('is not recorded, not known or unreadable, each by its own name', () => {
    expect(readConcept(undefined).kind).toBe('not-recorded')
    expect(readConcept({ text: '  ' }).kind).toBe('not-recorded')
    expect(readConcept({ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/data-absent-reason', code: 'unknown' }] }).kind).toBe('not-known')
    expect(readConcept({ coding: [{ code: '123' }] })).toMatchObject({ kind: 'code-only', code: '123' })
    expect(readConcept('Asthma').kind).toBe('malformed')
  })

  it('never is an id in the place of a person', () => {
    expect(readActor({ reference: 'Practitioner/8812' })).toEqual({ kind: 'not-recorded' })
    expect(readActor({ reference: '#a' }, [{ resourceType: 'Practitioner', id: 'a', name: [{ given: ['Ruth'], family: 'Adler', suffix: ['MD'] }] }])).toEqual({ kind: 'recorded', value: 'Ruth Adler MD' })
    expect(readActor('Dr. Adler')).toEqual({ kind: 'malformed' })
  })
})

describe('the problem list', () => {
  it('has active problems newest first, past ones apart, refuted ones as refuted, errors nowhere', () => {
    const { active, past, refuted } = readProblems(
      [
        problem('Asthma', { onsetDateTime: '1990' }),
        problem('Gout', { onsetDateTime: '2020-03' }),
        problem('Sprain', { clinicalStatus: status('clinical', 'resolved') }),
        problem('Measles', { verificationStatus: status('ver-status', 'refuted') }),
        problem('Typo', { verificationStatus: status('ver-status', 'entered-in-error') }),
      ],
      'UTC',
    )
    expect([names(active), names(past), names(refuted)]).toEqual([['Gout', 'Asthma'], ['Sprain'], ['Measles']])
  })

  it('counts a problem without a status as active, unless an end was recorded', () => {
    const { active, past } = readProblems([problem('Asthma', { clinicalStatus: undefined }), problem('Flu', { clinicalStatus: undefined, abatementDateTime: '2020' })], 'UTC')
    expect([names(active), names(past)]).toEqual([['Asthma'], ['Flu']])
  })

  it('keeps an onset as an age, a range or words', () => {
    expect(readWhen({ age: { value: 12, unit: 'a' } })).toMatchObject({ kind: 'age', age: { number: 12 } })
    expect(readWhen({ text: 'as a child' })).toEqual({ kind: 'text', text: 'as a child' })
    expect(readWhen({ range: { low: { value: 30 }, high: { value: 40 } } })).toMatchObject({ kind: 'age-range' })
    expect(readWhen({ period: { start: '2020', end: 'x' } })).toEqual({ kind: 'malformed' })
    expect(readWhen({ dateTime: 'x' })).toEqual({ kind: 'malformed' })
    expect(readWhen({})).toEqual({ kind: 'not-recorded' })
  })
})

describe('encounters, immunizations, procedures', () => {
  it('are shown newest first, errors left out, unreadable ones told', () => {
    const visit = (start: string, more: object = {}) => ({ resourceType: 'Encounter', id: start, status: 'finished', class: { code: 'AMB' }, period: { start }, ...more })
    const rows = readEncounters([visit('2020'), visit('2024-01'), visit('2022', { status: 'entered-in-error' }), 7], 'UTC')
    expect(rows.map((row) => row.id ?? row.kind)).toEqual(['malformed', '2024-01', '2020'])
    expect(rows[1]).toMatchObject({ class: 'AMB', practitioner: { kind: 'not-recorded' } })
  })

  it('tell a vaccine that was not given from one that was', () => {
    const shot = { resourceType: 'Immunization', status: 'not-done', statusReason: { text: 'Refused' }, vaccineCode: { text: 'Influenza' }, occurrenceDateTime: '2024' }
    expect(readImmunizations([shot, { ...shot, status: 'entered-in-error' }, { ...shot, status: 'x' }], 'UTC')).toMatchObject([{ status: 'not-done', reasonNotDone: { text: 'Refused' } }, { status: 'unknown' }])
  })

  it('tell a procedure that was not done from one that was', () => {
    const procedure = { resourceType: 'Procedure', status: 'not-done', code: { text: 'Colonoscopy' }, performedString: 'planned for May' }
    expect(readProcedures([procedure], 'UTC')).toMatchObject([{ status: 'not-done', performed: { kind: 'text' } }])
  })
})

describe('the care team', () => {
  it('shows who is in it today first', () => {
    const participant = [
      { member: { reference: 'Practitioner/1', display: 'Old' }, period: { end: '2020' } },
      { member: { reference: 'Practitioner/2', display: 'New' }, role: [{ text: 'Nurse' }] },
      { role: [{ text: 'Surgeon' }] },
    ]
    const [team] = readCareTeams([{ resourceType: 'CareTeam', status: 'active', participant }], at)
    expect(team).toMatchObject({
      name: { kind: 'not-recorded' },
      members: [
        { name: { value: 'New' }, kind: 'Practitioner', isCurrent: true, roles: [{ text: 'Nurse' }] },
        { name: { kind: 'not-recorded' }, roles: [{ text: 'Surgeon' }] },
        { name: { value: 'Old' }, isCurrent: false },
      ],
    })
  })
})

it('every list reads anything without throwing, and drops none of it', () => {
  fc.assert(
    fc.property(fc.array(fc.anything()), (entries) => {
      expect(readProblems(entries, 'UTC').active).toHaveLength(entries.length)
      for (const rows of [readEncounters(entries, 'UTC'), readImmunizations(entries, 'UTC'), readProcedures(entries, 'UTC'), readCareTeams(entries, at)]) {
        expect(rows).toHaveLength(entries.length)
      }
    }),
  )
  const types = ['Condition', 'Encounter', 'Immunization', 'Procedure', 'CareTeam'] as const
  const keys = ['code', 'class', 'vaccineCode', 'participant', 'performer', 'period', 'category', 'location', 'protocolApplied', 'contained', 'onsetAge', 'meta', 'recorder'] as const
  fc.assert(
    fc.property(fc.constantFrom(...types), fc.constantFrom(...keys), fc.anything(), (resourceType, key, value) => {
      const entry = [{ resourceType, [key]: value }]
      const { active, past } = readProblems(entry, 'UTC')
      expect([active.length + past.length, readEncounters(entry, 'UTC').length, readImmunizations(entry, 'UTC').length, readProcedures(entry, 'UTC').length, readCareTeams(entry, at).length]).toEqual([1, 1, 1, 1, 1])
    }),
  )
})
