import type { ResourceType } from '@medplum/fhirtypes'

/**
 * What the API serves: one row for each resource type, and nothing beyond it. The index, the search, the access rules and the
 * CapabilityStatement are all read from this table, so that none of them can claim more than another.
 */
export interface ServedType {
  readonly type: ResourceType
  /**
   * `patient`: a record about one patient, in that patient's compartment. `self`: the Patient. `hospital`: staff, places, catalogues.
   * `audit`: what was done with records; in no compartment, since those who review it treat nobody.
   */
  readonly about: 'patient' | 'self' | 'hospital' | 'audit'
  /** The element that names the records a record belongs to, where it names no patient itself: it is seen by those who see them. */
  readonly follows?: 'target' | 'securityContext'
  /** The date parameter that a clinician sorts by: kept beside the record, so that a page of it is read in order. */
  readonly date?: string
  /** Search parameters by code, from the R4 and US Core definitions. `_id` and `_lastUpdated` go without saying. Empty: it is not searched. */
  readonly parameters: readonly string[]
  /** What `_include` may name. */
  readonly includes?: readonly string[]
}

const about = (
  type: ResourceType,
  date: string | undefined,
  parameters: string,
  includes: readonly string[] = [],
): ServedType => ({
  type,
  about: 'patient',
  ...(date === undefined ? {} : { date }),
  parameters: parameters.split(' '),
  includes,
})

const hospital = (type: ResourceType, parameters: string, includes: readonly string[] = []): ServedType => ({
  type,
  about: 'hospital',
  parameters: parameters.split(' '),
  includes,
})

const table: readonly ServedType[] = [
  {
    type: 'Patient',
    about: 'self',
    date: 'birthdate',
    parameters:
      'identifier name family given birthdate gender active deceased death-date general-practitioner organization phone email address address-city address-state address-postalcode'.split(
        ' ',
      ),
    includes: ['general-practitioner', 'organization'],
  },
  about('AllergyIntolerance', 'date', 'patient identifier clinical-status verification-status category criticality code date'),
  about('Appointment', 'date', 'patient identifier status date actor practitioner location service-type', ['actor', 'practitioner']),
  about('CarePlan', 'date', 'patient subject identifier status intent category date encounter care-team', ['care-team']),
  about('CareTeam', 'date', 'patient subject identifier status category date participant role encounter', ['subject', 'patient', 'participant']),
  about('Communication', 'sent', 'patient subject identifier status category sent encounter sender recipient'),
  about('Condition', 'onset-date', 'patient subject identifier clinical-status verification-status category code onset-date abatement-date asserted-date recorded-date encounter', ['encounter']),
  about('Consent', 'date', 'patient identifier status category scope date period'),
  about('Coverage', undefined, 'patient beneficiary identifier status type payor', ['payor']),
  about('Device', undefined, 'patient identifier status type'),
  about('DiagnosticReport', 'date', 'patient subject identifier status category code date issued encounter performer result', ['result', 'performer', 'encounter']),
  about('DocumentReference', 'date', 'patient subject identifier status type category date period encounter author', ['author', 'encounter']),
  about('Encounter', 'date', 'patient subject identifier status class type date location discharge-disposition participant practitioner reason-code', ['practitioner', 'participant', 'location']),
  about('FamilyMemberHistory', 'date', 'patient identifier status code relationship date'),
  about('Flag', 'date', 'patient subject identifier date encounter author'),
  about('Goal', 'start-date', 'patient subject identifier lifecycle-status category description start-date target-date'),
  about('ImagingStudy', 'started', 'patient subject identifier status modality started encounter'),
  about('Immunization', 'date', 'patient identifier status vaccine-code date performer', ['performer']),
  about('MedicationAdministration', 'effective-time', 'patient subject identifier status code medication effective-time', ['medication']),
  about('MedicationDispense', 'whenhandedover', 'patient subject identifier status type code medication whenhandedover whenprepared prescription', ['medication', 'prescription']),
  about('MedicationRequest', 'authoredon', 'patient subject identifier status intent category priority code medication authoredon encounter requester', ['medication', 'requester', 'encounter']),
  about('MedicationStatement', 'effective', 'patient subject identifier status category code medication effective', ['medication']),
  about('Observation', 'date', 'patient subject identifier status category code combo-code value-quantity date encounter performer has-member derived-from', ['encounter', 'performer', 'has-member', 'derived-from']),
  { type: 'Provenance', about: 'patient', follows: 'target', date: 'recorded', parameters: ['patient', 'target', 'agent', 'recorded'], includes: ['target', 'agent'] },
  { type: 'Binary', about: 'patient', follows: 'securityContext', parameters: [] },
  about('Procedure', 'date', 'patient subject identifier status category code date encounter performer', ['encounter', 'performer']),
  about('QuestionnaireResponse', 'authored', 'patient subject identifier status questionnaire authored encounter author'),
  about('RelatedPerson', undefined, 'patient identifier active name relationship'),
  about('ServiceRequest', 'authored', 'patient subject identifier status intent category priority code authored occurrence encounter requester', ['requester', 'encounter']),
  about('Specimen', 'collected', 'patient subject identifier status type collected'),
  about('Task', 'authored-on', 'patient subject identifier status intent code priority authored-on modified owner requester', ['owner', 'requester']),
  {
    type: 'AuditEvent', about: 'audit', date: 'date',
    parameters: ['patient', 'agent', 'agent-role', 'entity', 'entity-type', 'type', 'subtype', 'action', 'outcome', 'date', 'source'],
  },
  hospital('HealthcareService', 'identifier active name service-type organization location'),
  hospital('Location', 'identifier status name type organization address address-city address-state address-postalcode', ['organization']),
  hospital('Medication', 'identifier status code'),
  hospital('Organization', 'identifier active name type address'),
  hospital('Practitioner', 'identifier active name family given email'),
  hospital('PractitionerRole', 'identifier active practitioner organization role specialty location', ['practitioner', 'organization', 'location']),
  hospital('Questionnaire', 'identifier status title url'),
  hospital('Schedule', 'identifier active actor date', ['actor']),
  hospital('Slot', 'identifier status schedule start', ['schedule']),
]

const byType: ReadonlyMap<string, ServedType> = new Map(table.map((row) => [row.type, row]))

/** Every served type, in the order of the table. */
export const servedTypes: readonly ServedType[] = table

/** The row of a type. Undefined for a type that is not served, and for any other string. */
export function servedType(type: string): ServedType | undefined {
  return byType.get(type)
}

/** Whether a type is searched at all. A content is read by its address. */
export const isSearched = (type: string): boolean => (byType.get(type)?.parameters.length ?? 0) > 0

/** The parameters that name the patient a record is about. They are answered from the compartment, not from an index. */
export const patientParameters: ReadonlySet<string> = new Set(['patient', 'subject', 'beneficiary'])
