import type { Resource } from '@medplum/fhirtypes'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { indexTerms } from '../search/index-terms.ts'
import { preparedRecord } from './prepared-record.ts'
import { writtenAt } from './written-at.ts'

const now = Date.parse('2026-11-23T09:00:00Z')
const subject = { reference: 'Patient/ann' }
const code = { text: 'x' }
const at = (resource: Resource) => new Date(writtenAt(resource.resourceType, indexTerms(resource), now)).toISOString()

describe('when a record of the synthetic people was written', () => {
  it.each<[string, Resource, string]>([
    ['a report, when it was issued', { resourceType: 'DiagnosticReport', status: 'final', code, subject, effectiveDateTime: '2024-01-02T08:00:00Z', issued: '2024-01-02T11:30:00Z' }, '2024-01-02T11:30:00.000Z'],
    ['a visit, when it ended', { resourceType: 'Encounter', status: 'finished', class: { code: 'AMB' }, subject, period: { start: '2024-01-02T08:00:00Z', end: '2024-01-02T08:20:00Z' } }, '2024-01-02T08:20:00.999Z'],
    ['a stay that goes on, when it began', { resourceType: 'Encounter', status: 'in-progress', class: { code: 'IMP' }, subject, period: { start: '2026-11-20T08:00:00Z' } }, '2026-11-20T08:00:00.000Z'],
    ['a problem, when it was last told of', { resourceType: 'Condition', code, subject, onsetDateTime: '2010', recordedDate: '2011-05-05', abatementDateTime: '2012-06-06' }, '2012-06-06T23:59:59.999Z'],
    ['what was told today, by the beginning of the day', { resourceType: 'Immunization', status: 'completed', vaccineCode: code, patient: subject, occurrenceDateTime: '2026-11-23' }, '2026-11-23T00:00:00.000Z'],
    ['a goal, when it was set and not when it is due', { resourceType: 'Goal', lifecycleStatus: 'active', description: code, subject, startDate: '2026-01-01', target: [{ measure: code, dueDate: '2027-01-01' }] }, '2026-01-01T23:59:59.999Z'],
    ['what is yet to come, when it was made', { resourceType: 'Appointment', status: 'booked', start: '2027-01-01T08:00:00Z', participant: [{ status: 'accepted', actor: subject }] }, '2026-11-23T09:00:00.000Z'],
    ['what has no date, when it was made', { resourceType: 'Device', patient: subject }, '2026-11-23T09:00:00.000Z'],
    ['a patient, when they were made and not when they were born', { resourceType: 'Patient', id: 'ann', birthDate: '1950-01-01' }, '2026-11-23T09:00:00.000Z'],
  ])('%s', (_what, resource, expected) => expect(at(resource)).toBe(expected))

  it('is never ahead of the clock', () => {
    const moment = fc.date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }).map((date) => date.toISOString())
    const day = moment.map((text) => text.slice(0, 10))
    fc.assert(
      fc.property(fc.oneof(moment, day), fc.option(fc.oneof(moment, day), { nil: undefined }), (start, end) => {
        const procedure: Resource = { resourceType: 'Procedure', status: 'completed', subject, performedPeriod: { start, ...(end === undefined ? {} : { end }) } }
        expect(writtenAt('Procedure', indexTerms(procedure), now)).toBeLessThanOrEqual(now)
      }),
      { numRuns: 200 },
    )
  })

  it('is said by the record and by its row alike, and kept where the record says it itself', () => {
    const told = preparedRecord({ resourceType: 'Immunization', id: 'i', status: 'completed', vaccineCode: code, patient: subject, occurrenceDateTime: '2024-05-05T10:00:00Z' }, now)
    expect([new Date(told.updated).toISOString(), JSON.parse(told.json).meta.lastUpdated]).toEqual(['2024-05-05T10:00:00.000Z', '2024-05-05T10:00:00.000Z'])
    expect(preparedRecord({ resourceType: 'Device', id: 'd', patient: subject, meta: { lastUpdated: '2001-01-01T00:00:00Z' } }, now).updated).toBe(Date.parse('2001-01-01T00:00:00Z'))
  })
})
