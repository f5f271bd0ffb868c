import { fields, isAbsent, items } from './untrusted.ts'

/** Whose record a resource is, as far as its references say. */
export type Ownership = 'this-patient' | 'another-patient' | 'nobody' | 'unknown'

/** The element that names the patient, by resource type: the Patient compartment (https://hl7.org/fhir/R4/compartmentdefinition-patient.html), its owning reference alone. */
const ownerElement: Readonly<Record<string, 'subject' | 'patient' | 'beneficiary' | 'for'>> = {
  AllergyIntolerance: 'patient', CarePlan: 'subject', CareTeam: 'subject', ClinicalImpression: 'subject', Communication: 'subject',
  Composition: 'subject', Condition: 'subject', Consent: 'patient', Coverage: 'beneficiary', Device: 'patient', DeviceRequest: 'subject',
  DeviceUseStatement: 'subject', DiagnosticReport: 'subject', DocumentManifest: 'subject', DocumentReference: 'subject', Encounter: 'subject',
  EpisodeOfCare: 'patient', FamilyMemberHistory: 'patient', Flag: 'subject', Goal: 'subject', ImagingStudy: 'subject', Immunization: 'patient',
  ImmunizationEvaluation: 'patient', ImmunizationRecommendation: 'patient', List: 'subject', Media: 'subject', MedicationAdministration: 'subject',
  MedicationDispense: 'subject', MedicationRequest: 'subject', MedicationStatement: 'subject', NutritionOrder: 'patient', Observation: 'subject',
  Procedure: 'subject', QuestionnaireResponse: 'subject', RelatedPerson: 'patient', RiskAssessment: 'subject', ServiceRequest: 'subject',
  Specimen: 'subject', Task: 'for', VisionPrescription: 'patient',
} // prettier-ignore

const ofNobody = new Set(['Medication', 'Practitioner', 'PractitionerRole', 'Organization', 'Location', 'HealthcareService'])

/**
 * `this-patient` only when the resource itself says so: what is silent, ambiguous or unheard of is `unknown`. `nobody`: it is nobody's record
 * (a Medication, a Practitioner), and may come included.
 * @param fhirBase the EHR's FHIR base URL. An absolute reference counts only under it: `Patient/1` of another server is another
 * person. Without a base, no absolute reference counts.
 */
export function ownership(resource: unknown, patientId: string, fhirBase?: string): Ownership {
  const read = fields<Record<string, unknown>>(resource)
  const type = read?.['resourceType']
  if (read === undefined || typeof type !== 'string' || patientId === '') return 'unknown'
  if (type === 'Patient') return typeof read['id'] !== 'string' ? 'unknown' : read['id'] === patientId ? 'this-patient' : 'another-patient'
  if (ofNobody.has(type)) return 'nobody'
  if (type === 'Appointment') return ofParticipants(read['participant'], patientId, fhirBase)
  const element = Object.hasOwn(ownerElement, type) ? ownerElement[type] : undefined
  return element === undefined ? 'unknown' : ofReference(read[element], patientId, fhirBase)
}

function ofReference(value: unknown, patientId: string, fhirBase: string | undefined): Ownership {
  const read = fields<{ reference: string; type: string }>(value)
  if (read === undefined || typeof read.reference !== 'string') return 'unknown'
  if (!isAbsent(read.type) && read.type !== 'Patient') return 'unknown'
  const id = patientIdIn(read.reference, fhirBase)
  if (id === undefined) return 'unknown'
  return id === patientId ? 'this-patient' : 'another-patient'
}

/** The id in a literal reference to a Patient of this server; undefined for contained (`#p`), `urn:uuid:`, another type or another server. */
function patientIdIn(reference: string, fhirBase: string | undefined): string | undefined {
  const base = fhirBase?.replace(/\/+$/, '')
  const isAbsolute = base !== undefined && reference.startsWith(`${base}/`)
  const relative = isAbsolute ? reference.slice(base.length + 1) : reference
  return /^Patient\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/.exec(relative)?.[1]
}

/** An appointment is of the patients who take part: of exactly one here. A group visit would show one patient to another. */
function ofParticipants(value: unknown, patientId: string, fhirBase: string | undefined): Ownership {
  const patients = items<{ actor: unknown }>(value)
    .map(({ actor }) => fields<{ reference: string }>(actor)?.reference)
    .filter((reference) => typeof reference === 'string' && /(?:^|\/)Patient\//.test(reference))
  const owners = patients.map((reference) => ofReference({ reference }, patientId, fhirBase))
  if (owners.length === 0) return 'unknown'
  return owners.every((owner) => owner === 'this-patient') ? 'this-patient' : owners.includes('another-patient') ? 'another-patient' : 'unknown'
}
