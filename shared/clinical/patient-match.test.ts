import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ownership } from './patient-match.ts'

const base = 'https://ehr.example/fhir'
const belongsTo = (...asked: Parameters<typeof ownership>) => ownership(...asked) === 'this-patient'
const observation = (reference: unknown, more: object = {}): unknown => ({ resourceType: 'Observation', subject: { reference, ...more } })

describe('whose record a resource is', () => {
  it('takes a relative reference, with or without a version', () => {
    expect(belongsTo(observation('Patient/a1'), 'a1')).toBe(true)
    expect(belongsTo(observation('Patient/a1/_history/3'), 'a1')).toBe(true)
  })

  it('takes an absolute reference of our own server', () => {
    expect(belongsTo(observation(`${base}/Patient/a1`), 'a1', base)).toBe(true)
    expect(belongsTo(observation(`${base}/Patient/a1`), 'a1', `${base}/`)).toBe(true)
  })

  it('refuses the same id at another server: it is another person', () => {
    expect(belongsTo(observation('https://other.example/fhir/Patient/a1'), 'a1', base)).toBe(false)
    expect(belongsTo(observation(`${base}.evil.example/Patient/a1`), 'a1', base)).toBe(false)
    expect(belongsTo(observation(`${base}/Patient/a1`), 'a1')).toBe(false)
  })

  it.each([
    'Patient/a2', 'Patient/A1', 'Patient/a1x', 'xPatient/a1', 'Patient/a1/', 'Patient/a1?x', ' Patient/a1', 'Patient/../Patient/a1', 'Group/a1', 'a1',
    '#a1', '#', 'urn:uuid:a1', 'Patient?identifier=a1', '', null, 7, ['Patient/a1'], undefined,
  ])('refuses the reference %j', (reference) => expect(belongsTo(observation(reference), 'a1')).toBe(false)) // prettier-ignore

  it('refuses a reference whose type says otherwise, and one by identifier alone', () => {
    expect(belongsTo(observation('Patient/a1', { type: 'Group' }), 'a1')).toBe(false)
    expect(belongsTo({ resourceType: 'Observation', subject: { identifier: { value: 'a1' } } }, 'a1')).toBe(false)
  })

  it('refuses a contained patient: it has no identity to compare', () => {
    const contained = [{ resourceType: 'Patient', id: 'a1' }]
    expect(belongsTo({ resourceType: 'Observation', contained, subject: { reference: '#a1' } }, 'a1')).toBe(false)
  })

  it('reads the element that names the patient, and no other', () => {
    expect(belongsTo({ resourceType: 'AllergyIntolerance', patient: { reference: 'Patient/a1' } }, 'a1')).toBe(true)
    expect(belongsTo({ resourceType: 'AllergyIntolerance', subject: { reference: 'Patient/a1' } }, 'a1')).toBe(false)
    expect(belongsTo({ resourceType: 'Coverage', beneficiary: { reference: 'Patient/a1' }, subscriber: { reference: 'Patient/a2' } }, 'a1')).toBe(true)
    expect(belongsTo({ resourceType: 'Coverage', beneficiary: { reference: 'Patient/a2' }, subscriber: { reference: 'Patient/a1' } }, 'a1')).toBe(false)
    expect(belongsTo({ resourceType: 'Task', for: { reference: 'Patient/a1' } }, 'a1')).toBe(true)
  })

  it('knows a patient by the id', () => {
    expect(belongsTo({ resourceType: 'Patient', id: 'a1' }, 'a1')).toBe(true)
    expect(ownership({ resourceType: 'Patient', id: 'a2' }, 'a1')).toBe('another-patient')
  })

  it('refuses a group visit, where one patient would see another', () => {
    const visit = (...ids: string[]) => ({ resourceType: 'Appointment', participant: ids.map((reference) => ({ actor: { reference } })) })
    expect(belongsTo(visit('Patient/a1', 'Practitioner/p'), 'a1')).toBe(true)
    expect(belongsTo(visit('Patient/a1', 'Patient/a2'), 'a1')).toBe(false)
    expect(belongsTo(visit('Practitioner/p'), 'a1')).toBe(false)
  })

  it('says that a medication or a practitioner is nobody’s record, and refuses what it never heard of', () => {
    expect(ownership({ resourceType: 'Medication' }, 'a1')).toBe('nobody')
    expect(ownership({ resourceType: 'Bundle' }, 'a1')).toBe('unknown')
    expect(ownership({ resourceType: 'toString', subject: { reference: 'Patient/a1' } }, 'a1')).toBe('unknown')
    expect(ownership({ resourceType: 'Patient', id: '' }, '')).toBe('unknown')
  })

  it('claims nothing of arbitrary data, and never throws on it', () => {
    fc.assert(
      fc.property(fc.anything(), fc.string(), (value, id) => {
        expect(belongsTo(value, id, base)).toBe(false)
      }),
    )
    fc.assert(
      fc.property(fc.constantFrom('Observation', 'Condition', 'Coverage', 'Appointment'), fc.anything(), (resourceType, anything) => {
        expect(belongsTo({ resourceType, subject: anything, beneficiary: anything, participant: anything }, 'a1')).toBe(false)
      }),
    )
  })
})
