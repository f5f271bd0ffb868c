import type { CareTeam, Observation, Patient, Resource } from '@medplum/fhirtypes'

/** A hospital small enough to know by heart. All of it is invented. */
export const mrn = 'https://sandbox.chartkeep.example/mrn'
const confidentiality = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality'
const category = 'http://terminology.hl7.org/CodeSystem/observation-category'

const patient = (id: string, family: string, given: string, birthDate: string, more: Partial<Patient> = {}): Patient => ({
  resourceType: 'Patient',
  id,
  identifier: [{ system: mrn, value: `MRN-${id}` }],
  active: true,
  name: [{ use: 'official', family, given: [given] }],
  gender: 'female',
  birthDate,
  telecom: [{ system: 'phone', value: '555-0100' }],
  address: [{ line: ['1 Harbour Street'], city: 'Quillport' }],
  ...more,
})

const careTeam = (id: string, of: string, practitioner: string, more: Partial<CareTeam> = {}): CareTeam => ({
  resourceType: 'CareTeam',
  id,
  status: 'active',
  subject: { reference: `Patient/${of}` },
  participant: [{ member: { reference: `Practitioner/${practitioner}` } }],
  ...more,
})

const observation = (id: string, of: string, code: string, kind: string, effectiveDateTime: string, value: number): Observation => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  category: [{ coding: [{ system: category, code: kind }] }],
  code: { coding: [{ system: 'http://loinc.org', code }] },
  subject: { reference: `Patient/${of}` },
  effectiveDateTime,
  performer: [{ reference: 'Practitioner/dr-ada' }],
  valueQuantity: { value, unit: 'mmol/L', system: 'http://unitsofmeasure.org', code: 'mmol/L' },
})

const day = (offset: number) => new Date(Date.UTC(2024, 0, 1 + offset, 8, 30)).toISOString()

/** How many laboratory results Ann has. */
export const annsResults = 130

export function* hospital(): Iterable<Resource> {
  yield { resourceType: 'Organization', id: 'org', active: true, name: 'Quillport General' }
  for (const id of ['dr-ada', 'dr-ben', 'nurse-cleo', 'desk-dan']) {
    yield { resourceType: 'Practitioner', id, active: true, name: [{ family: id, given: ['Test'] }] }
  }
  yield patient('ann', 'García-López', 'Ann', '1970-02-28')
  yield patient('bob', "O'Brien", 'Bob', '1985', { gender: 'male', deceasedBoolean: true })
  yield patient('vip', 'Vandermeer', 'Vera', '1960-06-01', {
    meta: { security: [{ system: confidentiality, code: 'R' }] },
    generalPractitioner: [{ reference: 'Practitioner/dr-ben' }],
  })
  yield patient('nil', 'Nil', 'Nora', '2001-12')
  yield careTeam('team-ann', 'ann', 'dr-ada')
  yield careTeam('team-ann-nursing', 'ann', 'nurse-cleo')
  yield careTeam('team-vip', 'vip', 'dr-ben')
  yield careTeam('team-bob-past', 'bob', 'dr-ada', { status: 'inactive' })
  yield careTeam('team-vip-ended', 'vip', 'dr-ada', { participant: [{ member: { reference: 'Practitioner/dr-ada' }, period: { end: '2020-01-01' } }] })
  for (let index = 0; index < annsResults; index += 1) {
    yield observation(`lab-${String(index).padStart(3, '0')}`, 'ann', index % 2 === 0 ? '2345-7' : '2160-0', 'laboratory', day(index), 4 + index / 100)
  }
  yield observation('pulse', 'ann', '8867-4', 'vital-signs', day(1), 72)
  yield observation('bob-lab', 'bob', '2345-7', 'laboratory', '2023-05', 6)
  yield observation('vip-lab', 'vip', '2345-7', 'laboratory', day(3), 9)
  yield {
    resourceType: 'Condition', id: 'ann-dm', subject: { reference: 'Patient/ann' }, onsetDateTime: '2010',
    clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] },
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-category', code: 'problem-list-item' }] }],
    code: { coding: [{ system: 'http://snomed.info/sct', code: '44054006' }] },
  }
  yield { resourceType: 'Medication', id: 'metformin', code: { coding: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '6809' }] } }
  yield {
    resourceType: 'MedicationRequest', id: 'ann-rx', status: 'active', intent: 'order', subject: { reference: 'Patient/ann' },
    medicationReference: { reference: 'Medication/metformin' }, authoredOn: '2024-03-01', requester: { reference: 'Practitioner/dr-ada' },
  }
  yield {
    resourceType: 'DocumentReference', id: 'ann-psych', status: 'current', subject: { reference: 'Patient/ann' }, date: '2024-02-01T10:00:00Z',
    meta: { security: [{ system: confidentiality, code: 'R' }] }, content: [{ attachment: { contentType: 'text/plain', data: 'bm90ZQ==' } }],
  }
  yield {
    resourceType: 'Appointment', id: 'ann-visit', status: 'booked', start: '2026-12-01T09:00:00Z', end: '2026-12-01T09:30:00Z',
    participant: [{ actor: { reference: 'Patient/ann' }, status: 'accepted' }],
  }
  yield {
    resourceType: 'Coverage', id: 'vip-coverage', status: 'active', beneficiary: { reference: 'Patient/vip' }, payor: [{ reference: 'Organization/org' }],
  }
}
