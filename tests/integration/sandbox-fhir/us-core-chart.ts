import type { Provenance, Resource } from '@medplum/fhirtypes'

const hl7 = (name: string, code: string) => ({ coding: [{ system: `http://terminology.hl7.org/CodeSystem/${name}`, code }] })
const loinc = (code: string) => ({ coding: [{ system: 'http://loinc.org', code }] })
const snomed = (code: string) => ({ coding: [{ system: 'http://snomed.info/sct', code }] })
const ann = { reference: 'Patient/ann' }
const encounter = { reference: 'Encounter/usc' }

/** Types about no patient. */
const hospitals: ReadonlySet<string> = new Set(['Location', 'Organization', 'Practitioner', 'PractitionerRole'])

const records: readonly (Resource & { id: string })[] = [
  { resourceType: 'Patient', id: 'usc', identifier: [{ system: 'urn:usc', value: 'u-1' }], name: [{ family: 'Uscore', given: ['Una'] }], birthDate: '1950-05-05', gender: 'male', deceasedDateTime: '2020-02-02' },
  { resourceType: 'Organization', id: 'usc', active: true, name: 'Uscore Clinic', address: [{ city: 'Uscoreville' }] },
  { resourceType: 'Location', id: 'usc', status: 'active', name: 'Uscore Ward', address: { line: ['9 Uscore Street'], city: 'Uscoreville', state: 'UC', postalCode: '99999' } },
  { resourceType: 'Practitioner', id: 'usc', active: true, identifier: [{ system: 'urn:npi', value: 'n-1' }], name: [{ family: 'Uscoredoc' }] },
  { resourceType: 'PractitionerRole', id: 'usc', active: true, practitioner: { reference: 'Practitioner/usc' }, specialty: [snomed('usc-specialty')] },
  { resourceType: 'AllergyIntolerance', id: 'usc', patient: ann, clinicalStatus: hl7('allergyintolerance-clinical', 'inactive'), code: snomed('1') },
  { resourceType: 'CarePlan', id: 'usc', status: 'on-hold', intent: 'plan', subject: ann, category: [{ coding: [{ system: 'http://hl7.org/fhir/us/core/CodeSystem/careplan-category', code: 'assess-plan' }] }], period: { start: '2022-03-03', end: '2022-03-04' } },
  { resourceType: 'CareTeam', id: 'usc', status: 'suspended', subject: ann, participant: [{ role: [snomed('usc-role')], member: { reference: 'Practitioner/usc' } }] },
  {
    resourceType: 'Condition', id: 'usc', subject: ann, clinicalStatus: hl7('condition-clinical', 'resolved'), category: [hl7('condition-category', 'encounter-diagnosis')], code: snomed('usc-condition'),
    encounter, onsetDateTime: '2021-01-01', abatementDateTime: '2021-02-02', recordedDate: '2021-03-03',
    extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/condition-assertedDate', valueDateTime: '2021-04-04' }],
  },
  { resourceType: 'Coverage', id: 'usc', status: 'active', beneficiary: ann, payor: [{ reference: 'Organization/usc' }] },
  { resourceType: 'Device', id: 'usc', status: 'inactive', patient: ann, type: snomed('usc-device') },
  { resourceType: 'DiagnosticReport', id: 'usc', status: 'amended', subject: ann, category: [hl7('v2-0074', 'RAD')], code: loinc('usc-report'), effectiveDateTime: '2022-04-04' },
  {
    resourceType: 'DocumentReference', id: 'usc', status: 'superseded', subject: ann, category: [{ coding: [{ system: 'http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category', code: 'clinical-note' }] }],
    type: loinc('usc-note'), date: '2022-05-05T00:00:00Z', context: { period: { start: '2022-05-01', end: '2022-05-02' } }, content: [{ attachment: { contentType: 'text/plain', data: 'bm90ZQ==' } }],
  },
  {
    resourceType: 'Encounter', id: 'usc', status: 'onleave', class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' }, type: [snomed('usc-visit')], subject: ann, identifier: [{ system: 'urn:visit', value: 'v-1' }],
    period: { start: '2022-06-06', end: '2022-06-07' }, location: [{ location: { reference: 'Location/usc' } }], hospitalization: { dischargeDisposition: hl7('discharge-disposition', 'home') },
  },
  { resourceType: 'Goal', id: 'usc', lifecycleStatus: 'proposed', subject: ann, description: snomed('usc-goal'), target: [{ measure: loinc('1'), dueDate: '2030-01-01' }] },
  { resourceType: 'Immunization', id: 'usc', status: 'not-done', patient: ann, vaccineCode: { coding: [{ system: 'http://hl7.org/fhir/sid/cvx', code: '1' }] }, occurrenceDateTime: '2022-07-07' },
  { resourceType: 'MedicationDispense', id: 'usc', status: 'on-hold', subject: ann, medicationReference: { reference: 'Medication/metformin' }, type: hl7('v3-ActCode', 'FF') },
  { resourceType: 'MedicationRequest', id: 'usc', status: 'stopped', intent: 'plan', subject: ann, medicationReference: { reference: 'Medication/metformin' }, encounter, authoredOn: '2022-08-08' },
  { resourceType: 'Observation', id: 'usc', status: 'corrected', subject: ann, category: [hl7('observation-category', 'survey')], code: loinc('usc-observation'), effectiveDateTime: '2022-09-09' },
  { resourceType: 'Procedure', id: 'usc', status: 'in-progress', subject: ann, code: snomed('usc-procedure'), performedDateTime: '2022-10-10' },
  { resourceType: 'QuestionnaireResponse', id: 'usc', status: 'stopped', subject: ann, questionnaire: 'https://example.org/Questionnaire/usc', authored: '2022-11-11' },
  { resourceType: 'RelatedPerson', id: 'usc', patient: ann, name: [{ family: 'Uscorekin' }] },
  { resourceType: 'ServiceRequest', id: 'usc', status: 'on-hold', intent: 'order', subject: ann, category: [snomed('usc-category')], code: loinc('usc-order'), authoredOn: '2022-12-12' },
  { resourceType: 'Specimen', id: 'usc', subject: ann },
]

/** One record of each type that US Core names, with every element that it is searched by, and who wrote it. Invented. */
export const usCoreChart: readonly (Resource & { id: string })[] = [
  ...records,
  ...records.filter(({ resourceType }) => !hospitals.has(resourceType)).map(({ resourceType, id }): Provenance & { id: string } => ({
    resourceType: 'Provenance', id: `usc-${resourceType.toLowerCase()}`, recorded: '2026-01-01T00:00:00Z', target: [{ reference: `${resourceType}/${id}` }], agent: [{ who: { reference: 'Practitioner/usc' } }],
  })),
]

/** For each parameter a value by which the record above is found, and one by which it is not. */
export const usCoreValues: Readonly<Record<string, Readonly<Record<string, readonly [found: string, not: string]>>>> = {
  Patient: { identifier: ['urn:usc|u-1', 'urn:usc|u-2'], name: ['una', 'nobody'], family: ['uscore', 'nobody'], birthdate: ['1950-05-05', '1950-05-06'], gender: ['male', 'female'], 'death-date': ['ge2020', 'lt2020'] },
  Organization: { name: ['uscore', 'nothing'], address: ['uscoreville', 'nowhere'] },
  Location: { name: ['uscore', 'nothing'], address: ['9 uscore', 'nowhere'], 'address-city': ['uscoreville', 'nowhere'], 'address-state': ['uc', 'xx'], 'address-postalcode': ['99999', '11111'] },
  Practitioner: { name: ['uscoredoc', 'nobody'], identifier: ['urn:npi|n-1', 'urn:npi|n-2'] },
  PractitionerRole: { specialty: ['usc-specialty', 'other'], practitioner: ['Practitioner/usc', 'Practitioner/other'] },
  AllergyIntolerance: { 'clinical-status': ['inactive', 'resolved'] },
  CarePlan: { category: ['assess-plan', 'other'], status: ['on-hold', 'active'], date: ['2022-03', '2023'] },
  CareTeam: { status: ['suspended', 'proposed'], role: ['usc-role', 'other'] },
  Condition: {
    category: ['encounter-diagnosis', 'health-concern'], 'clinical-status': ['resolved,inactive', 'active'], code: ['usc-condition', 'other'], encounter: ['Encounter/usc', 'Encounter/other'], 'onset-date': ['2021-01-01', 'gt2021-01-01'],
    'abatement-date': ['le2021-02-02', 'lt2021-02-02'], 'recorded-date': ['2021-03', '2021-04'], 'asserted-date': ['2021-04-04', '2021-04-05'], _lastUpdated: ['ge2026-11-01', 'lt2026-11-01'],
  },
  Coverage: {},
  Device: { type: ['usc-device', 'other'], status: ['inactive', 'active'] },
  DiagnosticReport: { category: ['RAD', 'LAB'], code: ['http://loinc.org|usc-report', 'http://loinc.org|other'], date: ['ge2022-04-04', 'gt2022-04-04'], status: ['amended', 'final'], _lastUpdated: ['ge2026-11-01', 'lt2026-11-01'] },
  DocumentReference: { category: ['clinical-note', 'other'], type: ['usc-note', 'other'], date: ['2022-05', '2022-06'], period: ['ge2022-05-01', 'gt2022-06'], status: ['superseded', 'current'] },
  Encounter: {
    date: ['ge2022-06-06', 'gt2023'], identifier: ['urn:visit|v-1', 'urn:visit|v-2'], class: ['IMP', 'AMB'], type: ['usc-visit', 'other'], status: ['onleave', 'finished'], location: ['Location/usc', 'Location/other'], 'discharge-disposition': ['home', 'other'], _lastUpdated: ['ge2026-11-01', 'lt2026-11-01'],
  },
  Goal: { 'lifecycle-status': ['proposed', 'active'], 'target-date': ['2030-01-01', '2031'], description: ['usc-goal', 'other'] },
  Immunization: { status: ['not-done', 'completed'], date: ['2022-07-07', '2022-07-08'] },
  MedicationDispense: { status: ['on-hold', 'completed'], type: ['FF', 'RF'] },
  MedicationRequest: { intent: ['order,plan', 'proposal'], status: ['stopped', 'active'], encounter: ['Encounter/usc', 'Encounter/other'], authoredon: ['2022-08-08', '2022-08-09'] },
  Observation: { category: ['survey', 'imaging'], code: ['http://loinc.org|usc-observation', 'http://loinc.org|other'], date: ['2022-09-09', '2022-09-10'], status: ['corrected', 'final'], _lastUpdated: ['ge2026-11-01', 'lt2026-11-01'] },
  Procedure: { status: ['in-progress', 'completed'], date: ['2022-10-10', 'lt2022'], code: ['usc-procedure', 'other'] },
  QuestionnaireResponse: { status: ['stopped', 'completed'], authored: ['2022-11-11', '2022-11-12'], questionnaire: ['https://example.org/Questionnaire/usc', 'https://example.org/Questionnaire/other'] },
  RelatedPerson: { name: ['uscorekin', 'nobody'] },
  ServiceRequest: { status: ['on-hold', 'active'], category: ['usc-category', 'other'], code: ['usc-order', 'other'], authored: ['2022-12-12', '2022-12-13'] },
  Specimen: {},
}

/** The days from and to which each of its dates reaches. */
export const usCoreDays: Readonly<Record<string, Readonly<Record<string, readonly [from: string, to: string]>>>> = {
  CarePlan: { date: ['2022-03-03', '2022-03-04'] },
  Condition: { 'onset-date': ['2021-01-01', '2021-01-01'], 'abatement-date': ['2021-02-02', '2021-02-02'], 'recorded-date': ['2021-03-03', '2021-03-03'], 'asserted-date': ['2021-04-04', '2021-04-04'] },
  DiagnosticReport: { date: ['2022-04-04', '2022-04-04'] },
  DocumentReference: { date: ['2022-05-05', '2022-05-05'], period: ['2022-05-01', '2022-05-02'] },
  Encounter: { date: ['2022-06-06', '2022-06-07'] },
  Goal: { 'target-date': ['2030-01-01', '2030-01-01'] },
  Immunization: { date: ['2022-07-07', '2022-07-07'] },
  MedicationRequest: { authoredon: ['2022-08-08', '2022-08-08'] },
  Observation: { date: ['2022-09-09', '2022-09-09'] },
  Procedure: { date: ['2022-10-10', '2022-10-10'] },
  QuestionnaireResponse: { authored: ['2022-11-11', '2022-11-11'] },
  ServiceRequest: { authored: ['2022-12-12', '2022-12-12'] },
}
