import { randomBytes } from 'node:crypto'
import path from 'node:path'
import type { Resource } from '@medplum/fhirtypes'
import { loadResources, openStore } from '../../../sandbox/fhir/index.ts'

/** A patient whose every shown word is random, so that a hit in memory or on disk can be nothing else. */
export interface NeedlePatient {
  readonly id: string
  readonly family: string
  readonly given: string
  readonly mrn: string
  readonly diagnosis: string
  readonly noteText: string
}

/** Letters alone, the first one a capital: it passes for a name, and stands in no dictionary. */
export function word(length: number): string {
  const letters = [...randomBytes(length)].map((byte) => 'bcdfghjklmnpqrstvwxz'.charAt(byte % 20)).join('')
  return letters.charAt(0).toUpperCase() + letters.slice(1)
}

/** Adds a needle patient, in the care of `practitioner`, to the records of a sandbox that is not running. */
export function plantNeedlePatient(stateFolder: string, practitioner: string): NeedlePatient {
  const needle: NeedlePatient = {
    id: randomBytes(8).toString('hex'),
    family: word(12),
    given: word(10),
    // A digit soon: what begins with seven letters is searched for as a name.
    mrn: `NDL7${randomBytes(6).toString('hex').toUpperCase()}`,
    diagnosis: `${word(11)} ${word(9)}`,
    noteText: `${word(10)} ${word(12)} ${word(11)}`,
  }
  const store = openStore({ file: path.join(stateFolder, 'fhir.db'), clock: { now: () => Date.now() } })
  loadResources(store, resourcesOf(needle, practitioner))
  store.close()
  return needle
}

function resourcesOf(needle: NeedlePatient, practitioner: string): Resource[] {
  const subject = { reference: `Patient/${needle.id}` }
  return [
    {
      resourceType: 'Patient',
      id: needle.id,
      active: true,
      name: [{ use: 'official', family: needle.family, given: [needle.given] }],
      gender: 'female',
      birthDate: '1961-04-17',
      identifier: [{ type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MR' }] }, system: 'https://sandbox.chartkeep.example/mrn', value: needle.mrn }],
    },
    { resourceType: 'CareTeam', id: `${needle.id}-team`, status: 'active', subject, participant: [{ member: { reference: `Practitioner/${practitioner}` } }] },
    {
      resourceType: 'Condition',
      id: `${needle.id}-problem`,
      subject,
      clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] },
      category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-category', code: 'problem-list-item' }] }],
      code: { text: needle.diagnosis },
    },
    {
      resourceType: 'DocumentReference',
      id: `${needle.id}-note`,
      status: 'current',
      subject,
      category: [{ coding: [{ system: 'http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category', code: 'clinical-note' }] }],
      type: { text: 'Progress note' },
      content: [{ attachment: { contentType: 'text/plain', data: Buffer.from(needle.noteText).toString('base64') } }],
    },
  ]
}
