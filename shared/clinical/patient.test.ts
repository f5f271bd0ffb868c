import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readFlags } from './flag.ts'
import { personOf, readPatient } from './patient.ts'

const at = { now: Date.UTC(2024, 5, 15, 12), zone: 'America/Los_Angeles' }
const patient = (more: object = {}): object => ({ resourceType: 'Patient', id: 'p1', ...more })
const read = (more: object = {}) => {
  const identity = readPatient(patient(more), at)
  if (identity.kind !== 'patient') throw new Error('The test meant a patient.')
  return identity
}
const label = (system: string, code: string) => ({ security: [{ system, code }] })
const confidentiality = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality'

describe('the patient banner', () => {
  it('shows the birth date as written and the age of today', () => {
    expect(read({ birthDate: '1952-06-15' })).toMatchObject({
      birthDate: { kind: 'recorded', value: { precision: 'day', day: 15 } },
      age: { value: { value: 72, unit: 'y', approximate: false } },
    })
  })

  it('does not make somebody older because it is already tomorrow in Greenwich', () => {
    const evening = { now: Date.UTC(2024, 5, 15, 4), zone: 'America/Los_Angeles' }
    expect(readPatient(patient({ birthDate: '1952-06-15' }), evening)).toMatchObject({ age: { value: { value: 71 } } })
  })

  it('tells "not recorded", "not known" and unreadable apart', () => {
    const unknown = { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }] }
    expect(read().birthDate).toEqual({ kind: 'not-recorded' })
    expect(read({ _birthDate: unknown }).birthDate).toEqual({ kind: 'not-known' })
    expect(read({ birthDate: '15/06/1952' })).toMatchObject({ birthDate: { kind: 'malformed' }, age: { kind: 'malformed' } })
    expect([read().sex, read({ gender: 'unknown' }).sex, read({ gender: 'F' }).sex]).toEqual([
      { kind: 'not-recorded' }, { kind: 'recorded', value: 'unknown' }, { kind: 'malformed' },
    ]) // prettier-ignore
  })

  it('gives the age at death of the dead, and none where the day is not known', () => {
    expect(read({ birthDate: '1950-01-01', deceasedDateTime: '2020-01-02T00:00:00Z' })).toMatchObject({ deceased: { kind: 'at' }, age: { value: { value: 70 } } })
    expect(read({ birthDate: '1950-01-01', deceasedBoolean: true })).toMatchObject({ deceased: { kind: 'at-unknown-time' }, age: { kind: 'not-known' } })
    expect(read({ deceasedDateTime: 'last spring' }).deceased).toEqual({ kind: 'at-unknown-time' })
    expect(read({ deceasedBoolean: false }).deceased).toEqual({ kind: 'no' })
    expect(read().deceased).toEqual({ kind: 'not-recorded' })
  })

  it('shows medical record numbers in use, and no other identifier as one', () => {
    const type = (code: string) => ({ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code }] })
    const identifier = [
      { type: type('SS'), value: '000-00-0000' },
      { type: type('MR'), value: '0012', use: 'old' },
      { type: type('MR'), value: '0013', period: { end: '2020' } },
      { type: type('MR'), value: '0014', assigner: { display: 'General Hospital' } },
      { value: '0015' },
    ]
    expect(read({ identifier }).recordNumbers).toEqual([{ value: '0014', assigner: { kind: 'recorded', value: 'General Hospital' } }])
  })

  it('says restricted where a label says so, and where one cannot be read', () => {
    expect(read().restriction).toEqual({ kind: 'not-recorded' })
    expect(read({ meta: label(confidentiality, 'N') }).restriction).toEqual({ kind: 'normal' })
    expect(read({ meta: label(confidentiality, 'R') }).restriction).toMatchObject({ kind: 'restricted', level: 'restricted' })
    expect(read({ meta: label(confidentiality, 'V') }).restriction).toMatchObject({ level: 'very-restricted' })
    expect(read({ meta: label('http://terminology.hl7.org/CodeSystem/v3-ActCode', 'PSY') }).restriction).toMatchObject({ kind: 'restricted' })
    expect(read({ meta: label('urn:elsewhere', 'R') }).restriction).toEqual({ kind: 'not-recorded' })
    expect(read({ meta: { security: ['R'] } }).restriction).toEqual({ kind: 'unreadable' })
    expect(read({ meta: { security: 'R' } }).restriction).toEqual({ kind: 'unreadable' })
  })

  it('knows the language, an interpreter, a merged record', () => {
    expect(
      read({
        communication: [{ language: { text: 'English' } }, { language: { text: 'Spanish' }, preferred: true }],
        extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired', valueBoolean: true }],
        link: [{ type: 'replaced-by', other: { reference: 'Patient/p2' } }],
        active: false,
      }),
    ).toMatchObject({ language: { text: 'Spanish' }, needsInterpreter: true, replacedBy: 'Patient/p2', isActive: false })
  })

  it('is malformed, not empty, for what is no patient', () => {
    expect(readPatient({ resourceType: 'Group', id: 'g' }, at)).toEqual({ kind: 'malformed', id: 'g', resourceType: 'Group' })
    fc.assert(fc.property(fc.anything(), (value) => void readPatient(value, at)))
    fc.assert(
      fc.property(fc.constantFrom('birthDate', '_birthDate', 'gender', 'meta', 'identifier', 'name', 'deceasedBoolean', 'communication', 'extension', 'link'), fc.anything(), (key, value) => {
        expect(readPatient(patient({ [key]: value }), at).kind).toBe('patient')
      }),
    )
  })

  it('leaves the sex open for reference ranges where record and birth differ', () => {
    const birthSex = (valueCode: string) => [{ url: 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex', valueCode }]
    expect(personOf(patient({ gender: 'female' })).sex).toBe('female')
    expect(personOf(patient({ gender: 'female', extension: birthSex('F') })).sex).toBe('female')
    expect(personOf(patient({ gender: 'female', extension: birthSex('M') })).sex).toBeUndefined()
    expect(personOf(patient({ gender: 'other' })).sex).toBeUndefined()
    expect(personOf(undefined)).toEqual({ sex: undefined, birthDate: undefined })
  })
})

describe('the code status', () => {
  const flag = (code: object, more: object = {}) => ({ resourceType: 'Flag', status: 'active', code, ...more })
  const snomed = (code: string, display: string) => ({ coding: [{ system: 'http://snomed.info/sct', code, display }] })
  const directive = { category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/flag-category', code: 'advance-directive' }] }] }
  const dnr = flag(snomed('304253006', 'Not for resuscitation'), directive)
  const full = flag(snomed('304252001', 'For resuscitation'), directive)

  it('is what an active flag says', () => {
    expect(readFlags([dnr], at).codeStatus).toMatchObject({ kind: 'recorded', meaning: 'do-not-resuscitate', flag: { name: { text: 'Not for resuscitation' } } })
    expect(readFlags([full], at).codeStatus).toMatchObject({ meaning: 'full' })
    expect(readFlags([flag({ text: 'Comfort measures only' }, directive)], at).codeStatus).toMatchObject({ meaning: 'other' })
  })

  it('is contradictory when two flags differ, and none is chosen', () => {
    expect(readFlags([full, dnr], at).codeStatus).toMatchObject({ kind: 'contradictory', flags: { length: 2 } })
  })

  it('is not recorded when flags are over, inactive, in error or of something else', () => {
    const others = [
      { ...dnr, status: 'inactive' },
      { ...dnr, status: 'entered-in-error' },
      { ...dnr, period: { end: '2023-01-01' } },
      flag({ text: 'Fall risk' }),
    ]
    expect(readFlags(others, at)).toMatchObject({ codeStatus: { kind: 'not-recorded' }, alerts: [{ name: { text: 'Fall risk' } }] })
  })

  it('is unreadable, not absent, when a flag cannot be read', () => {
    expect(readFlags([flag({}, {}), { resourceType: 'Flag', status: 'active', code: 'DNR' }], at).codeStatus).toEqual({ kind: 'unreadable' })
  })

  it('counts a flag without a known status as active', () => {
    expect(readFlags([{ ...dnr, status: undefined }], at).codeStatus.kind).toBe('recorded')
  })
})
