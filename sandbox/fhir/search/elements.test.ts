import type { Condition, MedicationRequest, Observation, Patient } from '@medplum/fhirtypes'
import { describe, expect, it } from 'vitest'
import { cutDown } from './elements.ts'

const subject = { reference: 'Patient/ann' }
const members = (resource: object) => Object.keys(resource).toSorted()

const refuted: Condition = {
  resourceType: 'Condition', id: 'c', meta: { versionId: '3', tag: [{ code: 'own' }] }, subject, code: { text: 'Gout' }, onsetDateTime: '2020', note: [{ text: 'long' }],
  verificationStatus: { coding: [{ code: 'refuted' }] }, modifierExtension: [{ url: 'urn:not', valueBoolean: true }],
}
const order: MedicationRequest = { resourceType: 'MedicationRequest', status: 'active', intent: 'order', doNotPerform: true, subject, medicationCodeableConcept: { text: 'Aspirin' }, authoredOn: '2024', groupIdentifier: { value: '1' } }
const pulse: Observation = { resourceType: 'Observation', status: 'final', code: { text: 'Pulse' }, subject, valueQuantity: { value: 72 }, effectiveDateTime: '2024' }
// What has no value but an extension is written with an underscore (FHIR R4 §2.6.2).
const unborn = { resourceType: 'Patient', _birthDate: { extension: [{ url: 'urn:why', valueCode: 'unknown' }] }, birthDate: '1980', name: [{ family: 'Ann' }], gender: 'female', deceasedBoolean: true } as Patient

describe('a record that is cut down to elements', () => {
  it('keeps what is mandatory, and what would turn its meaning round', () => {
    expect(members(cutDown(refuted, ['code']))).toEqual(['code', 'id', 'meta', 'modifierExtension', 'resourceType', 'subject', 'verificationStatus'])
    expect(members(cutDown(order, ['authoredOn']))).toEqual(['authoredOn', 'doNotPerform', 'intent', 'medicationCodeableConcept', 'meta', 'resourceType', 'status', 'subject'])
    expect(members(cutDown(unborn, ['name']))).toEqual(['deceasedBoolean', 'meta', 'name', 'resourceType'])
  })

  it('says that it is, beside the tags that it had', () => {
    expect(cutDown(refuted, ['code']).meta).toEqual({ versionId: '3', tag: [{ code: 'own' }, expect.objectContaining({ code: 'SUBSETTED' })] })
    expect(refuted.meta?.tag).toHaveLength(1)
    expect(cutDown(cutDown(refuted, ['code']), ['code']).meta?.tag).toHaveLength(2)
  })

  it('finds an element with a choice of types by both of its names, and by no beginning of them', () => {
    expect(members(cutDown(pulse, ['value']))).toEqual(['code', 'meta', 'resourceType', 'status', 'valueQuantity'])
    expect(members(cutDown(pulse, ['valueQuantity', 'effective']))).toEqual(['code', 'effectiveDateTime', 'meta', 'resourceType', 'status', 'valueQuantity'])
    expect(members(cutDown(pulse, ['val', 'effect', 'sub', 'value[x]x', 'constructor']))).toEqual(['code', 'meta', 'resourceType', 'status'])
  })

  it('keeps what is said of a primitive value beside it', () => {
    expect(members(cutDown(unborn, ['birthDate']))).toEqual(['_birthDate', 'birthDate', 'deceasedBoolean', 'meta', 'resourceType'])
  })
})
