import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AuditRow } from './row.ts'
import { readAuditEvent } from './read-event.ts'

const dicom = (code: string, display?: string) => ({ system: 'http://dicom.nema.org/resources/ontology/DCM', code, ...(display === undefined ? {} : { display }) })
const rest = { system: 'http://terminology.hl7.org/CodeSystem/audit-event-type', code: 'rest', display: 'RESTful Operation' }
const interaction = (code: string) => ({ system: 'http://hl7.org/fhir/restful-interaction', code })
const user = { who: { reference: 'Practitioner/ada' }, requestor: true, purposeOfUse: [{ coding: [{ code: 'TREAT' }] }] }
const machine = { type: { coding: [dicom('110152')] }, who: { display: 'Chartkeep' }, requestor: false, network: { address: '10.1.2.3' } }
const read = { resourceType: 'AuditEvent', id: 'e1', type: rest, subtype: [interaction('read')], action: 'R', recorded: '2026-11-28T09:30:00+01:00', outcome: '0', agent: [machine, user], source: { observer: { display: 'Ward 7 PC 3' } }, entity: [{ what: { reference: 'https://ehr.example.org/fhir/Patient/p-1/_history/2' } }, { what: { reference: 'Observation/o1' } }] }

describe('an AuditEvent, as a line of a report', () => {
  it('says when, who, what, of whom, from where and why', () => {
    expect(readAuditEvent(read)).toEqual({
      id: 'e1', at: Date.UTC(2026, 10, 28, 8, 30), kind: 'read', words: 'RESTful Operation: read', action: 'R', outcome: 'success', user: { reference: 'Practitioner/ada' }, patient: 'p-1', record: 'Observation/o1',
      source: 'Ward 7 PC 3', address: '10.1.2.3', purposes: ['TREAT'], details: [],
    })
  })

  it('says that what was typed is sealed in it, and shows nothing of what is sealed', () => {
    const row = readAuditEvent({ ...read, entity: [...read.entity, { detail: [{ type: 'event', valueString: 'patients.search' }, { type: 'sealed', valueString: 'eyJhbGciOiJ9.x.y.z.t' }] }] })
    expect(row).toMatchObject({ sealed: true, details: [{ type: 'event', value: 'patients.search' }] })
    expect(readAuditEvent({ ...read, entity: [{ detail: [{ type: 'sealed' }, { type: 'sealed', valueString: 7 }] }] })).not.toHaveProperty('sealed')
  })

  it.each([
    [{ type: rest, subtype: [interaction('search-type')], action: 'E' }, 'search'],
    [{ type: dicom('110114'), subtype: [dicom('110122')], action: 'E' }, 'sign-in'],
    [{ type: dicom('110113'), subtype: [dicom('110127')], action: 'E' }, 'override-begun'],
    [{ type: dicom('110106', 'Export'), subtype: [{ code: 'disclose' }], action: 'R' }, 'disclosure'],
    [{ type: dicom('110110'), action: 'U' }, 'update'],
    [{ type: dicom('110101'), action: 'R' }, 'trail-read'],
    [{ type: dicom('110113'), subtype: [dicom('110135')], action: 'R' }, 'other'],
    [{ type: { code: 'constructor' } }, 'other'],
    [{ type: 7, subtype: 'read' }, 'other'],
  ])('knows what was done by its codes: %j', (codes, kind) => {
    expect(readAuditEvent({ resourceType: 'AuditEvent', id: 'e', ...codes })?.kind).toBe(kind)
  })

  it('does not take a failure for a success, nor silence for one', () => {
    expect(['0', '4', '8', '12', '1', undefined].map((outcome) => readAuditEvent({ ...read, outcome })?.outcome)).toEqual(['success', 'minor-failure', 'serious-failure', 'major-failure', undefined, undefined])
  })

  it('knows a user by name or identifier where there is no reference, and marks of direction lie to nobody', () => {
    expect(readAuditEvent({ ...read, agent: [{ requestor: true, who: { identifier: { value: 'u-77' }, display: 'Ada \u202eevoL' } }] })?.user).toEqual({ reference: 'u-77', name: 'Ada evoL' })
  })

  it('without a readable moment has none: an impossible one, a day alone, a date in words', () => {
    for (const recorded of ['2026-13-45T00:00:00Z', '2026-11-28', 'yesterday', 7, null]) expect(readAuditEvent({ ...read, recorded })).not.toHaveProperty('at')
  })

  it('is none of another kind, or without an id that a server can have', () => {
    for (const value of [undefined, null, [], 'x', { ...read, resourceType: 'Patient' }, { ...read, id: '../x' }, { ...read, id: undefined }]) expect(readAuditEvent(value)).toBeUndefined()
  })

  it('whatever it holds, is a row that may cross to a page', () => {
    const json = fc.jsonValue({ maxDepth: 4 })
    const names = ['type', 'subtype', 'action', 'recorded', 'outcome', 'outcomeDesc', 'agent', 'source', 'entity', 'purposeOfEvent']
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), fc.oneof(json, fc.array(fc.dictionary(fc.constantFrom('who', 'what', 'detail', 'network', 'type', 'coding', 'value', 'reference'), json)))), (hostile) => {
        const row = readAuditEvent({ ...hostile, resourceType: 'AuditEvent', id: 'e1' })
        expect(AuditRow.safeParse(row).success).toBe(true)
      }),
    )
  })
})
