import { assertNever } from '../../../shared/assert-never.ts'
import type { Caller, Role } from '../../types.ts'
import { isSearched, servedType } from './served-types.ts'

/**
 * Who may see and do what. Pure: facts in, a decision out; everything that leaves the API or enters the store has passed here.
 *
 * - A scope is needed for everything (SMART App Launch 2.x, `user/Observation.rs`); then the role; then the patient.
 * - Physicians and nurses read every record of the hospital, of restricted patients only where they are in the care team.
 * - The front desk reads demographics, appointments and coverage; nothing clinical.
 * - Support, compliance and privacy read who works here and where. Compliance and privacy read the audit trail; privacy also finds
 *   patients, to tell whose it is and to write to them after a breach. None of them reads anything clinical, or writes into a chart.
 * - A **restricted** patient (label R or V) can be found by those outside the care team, by name, birth date, sex or number, and is
 *   then shown as that and nothing more: staff must be able to know whom they face, and that there is a glass to break. Everything
 *   else of the patient answers 403, and is absent from searches across patients.
 * - Clinical records are written for patients of one's own care teams. Nobody writes what access follows from.
 * - Everyone reports what was done (AuditEvent), and nobody changes or withdraws a report.
 */

/** The interactions of a SMART v2 scope: create, read, update, delete, search. */
export type Interaction = 'c' | 'r' | 'u' | 'd' | 's'

/** A patient, seen from one caller. */
export interface PatientFacts {
  readonly restricted: boolean
  /** By a CareTeam, or for a time by a broken glass: then they treat the patient, and write down what they did. */
  readonly inCareTeam: boolean
}

/** A record, seen from one caller. `patient` is undefined where it is about none, or about one that is not known here. */
export interface RecordFacts {
  readonly type: string
  readonly restricted: boolean
  readonly patient: PatientFacts | undefined
}

/** `demographics`: the few lines that say whom one faces, see `foundOnly`. */
export type Sight = 'full' | 'demographics' | 'none'

const directory = ['HealthcareService', 'Location', 'Organization', 'Practitioner', 'PractitionerRole'] as const

/** What a role reads; `clinical` is all but what was done with records. */
const readable: Readonly<Record<Role, ReadonlySet<string> | 'clinical'>> = {
  physician: 'clinical',
  nurse: 'clinical',
  'front-desk': new Set([...directory, 'Patient', 'Appointment', 'Coverage', 'Schedule', 'Slot']),
  support: new Set(directory),
  compliance: new Set([...directory, 'AuditEvent']),
  privacy: new Set([...directory, 'AuditEvent', 'Patient']),
}

const writable: Readonly<Record<Role, ReadonlySet<string>>> = {
  physician: new Set([
    'AllergyIntolerance', 'Appointment', 'AuditEvent', 'Binary', 'CarePlan', 'Communication', 'Condition', 'Consent', 'DiagnosticReport', 'DocumentReference',
    'Encounter', 'FamilyMemberHistory', 'Flag', 'Goal', 'Immunization', 'MedicationRequest', 'MedicationStatement', 'Observation',
    'Procedure', 'Provenance', 'QuestionnaireResponse', 'ServiceRequest', 'Task',
  ]),
  nurse: new Set([
    'AllergyIntolerance', 'Appointment', 'AuditEvent', 'Binary', 'Communication', 'DocumentReference', 'Flag', 'Immunization',
    'MedicationAdministration', 'MedicationStatement', 'Observation', 'Provenance', 'QuestionnaireResponse', 'Task',
  ]),
  'front-desk': new Set(['Appointment', 'AuditEvent', 'Coverage', 'Patient']),
  support: new Set(['AuditEvent']),
  compliance: new Set(['AuditEvent']),
  privacy: new Set(['AuditEvent']),
}

/** What is written once: the account of what was done and by whom is not changed by anyone. */
const createdOnce: ReadonlySet<string> = new Set(['AuditEvent', 'Provenance'])

/** What may be withdrawn. The clinical record is amended, never deleted. */
const deletable: ReadonlySet<string> = new Set(['Appointment', 'Communication', 'DocumentReference', 'Task'])

const v2 = /^user\/(\*|[A-Z][A-Za-z]+)\.([cruds]+)$/
const v1 = /^user\/(\*|[A-Z][A-Za-z]+)\.(read|write|\*)$/
const v1Letters: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' }

/**
 * Whether the scopes grant an interaction with a type. v1 spellings count for what they mean in v2. Anything else grants nothing, a
 * v2 scope with a query (`?category=…`) too: to honour it as if it had none would give more than was granted.
 */
export function isInScope(scopes: readonly string[], type: string, interaction: Interaction): boolean {
  return scopes.some((scope) => {
    const [, subject, letters] = v2.exec(scope) ?? v1.exec(scope) ?? []
    if (subject === undefined || letters === undefined) return false
    return (subject === '*' || subject === type) && (v1Letters[letters] ?? letters).includes(interaction)
  })
}

function roleReads(role: Role, type: string): boolean {
  const types = readable[role]
  return types === 'clinical' ? servedType(type)?.about !== 'audit' : types.has(type)
}

/** Whether a caller may do something with a type at all, before any record is looked at. */
export function mayUse(caller: Caller, type: string, interaction: Interaction): boolean {
  if (servedType(type) === undefined || !isInScope(caller.scopes, type, interaction)) return false
  switch (interaction) {
    case 'r':
      return roleReads(caller.role, type)
    case 's':
      return isSearched(type) && roleReads(caller.role, type)
    case 'c':
      return writable[caller.role].has(type)
    case 'u':
      return writable[caller.role].has(type) && !createdOnce.has(type)
    case 'd':
      return writable[caller.role].has(type) && deletable.has(type)
    default:
      return assertNever(interaction)
  }
}

/** Whether somebody may break a glass: those who treat, and who could read the chart were it not restricted. */
export function mayBreakGlass(caller: Caller): boolean {
  return (caller.role === 'physician' || caller.role === 'nurse') && mayUse(caller, 'Patient', 'r')
}

/** Whether the records of a patient are open to a caller at all. */
export function isOpen(patient: PatientFacts): boolean {
  return !patient.restricted || patient.inCareTeam
}

/** How much of one record a caller sees, whose type `mayUse` has allowed. */
export function sightOf(record: RecordFacts): Sight {
  const about = servedType(record.type)?.about
  if (about === undefined) return 'none'
  if (about === 'hospital' || about === 'audit') return 'full'
  // A record of the chart that names no patient we know belongs to nobody's chart.
  if (record.patient === undefined) return 'none'
  const closed = !isOpen(record.patient) || (record.restricted && !record.patient.inCareTeam)
  if (!closed) return 'full'
  return about === 'self' ? 'demographics' : 'none'
}

/** LOINC types of notes that nursing writes: "Nurse Note", "Nursing plan of care note". */
const nursingNotes: ReadonlySet<string> = new Set(['34746-8', '34815-1'])

/** A record as someone wants to write it. */
export interface WriteFacts extends RecordFacts {
  /** LOINC codes of `DocumentReference.type`. */
  readonly noteTypes: readonly string[]
}

/** Whether a caller may write a record, or take it away, whose type and interaction `mayUse` has allowed. */
export function mayWrite(caller: Caller, record: WriteFacts): boolean {
  if (sightOf(record) !== 'full') return false
  if (caller.role === 'front-desk') return true
  if (record.type === 'Appointment' || record.type === 'AuditEvent') return true
  if (record.patient?.inCareTeam !== true) return false
  const isNote = record.type === 'DocumentReference'
  return !(caller.role === 'nurse' && isNote && !record.noteTypes.some((code) => nursingNotes.has(code)))
}

/** The search parameters by which anyone who may search for patients finds a restricted one. */
export const demographicParameters: ReadonlySet<string> = new Set([
  '_id', '_lastUpdated', 'birthdate', 'family', 'gender', 'given', 'identifier', 'name',
])

/** Whether any role may create records of a type: what the CapabilityStatement says of it. */
export const isWritable = (type: string): boolean => Object.values(writable).some((types) => types.has(type))

/** Whether records of a type can be replaced by a new version. */
export const isAmendable = (type: string): boolean => isWritable(type) && !createdOnce.has(type)

/** Whether records of a type can be withdrawn. */
export const isDeletable = (type: string): boolean => deletable.has(type)
