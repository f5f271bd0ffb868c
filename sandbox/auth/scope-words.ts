import { parseDataScope } from './scopes.ts'

/** In the order in which they are read. */
const verbs = [['s', 'find'], ['r', 'see'], ['c', 'add'], ['u', 'change'], ['d', 'withdraw']] as const

/** Names that say more than the resource type does. Others are read as they are written: `MedicationRequest`, medication request. */
const names: Readonly<Record<string, string>> = {
  '*': 'All records that your role may see',
  AllergyIntolerance: 'Allergies',
  AuditEvent: 'The audit trail',
  Condition: 'Problems and diagnoses',
  DocumentReference: 'Notes and documents',
  MedicationRequest: 'Medication orders',
  Observation: 'Results and vital signs',
  Patient: 'Patients: who they are',
  ServiceRequest: 'Orders',
}

function nameOf(type: string): string {
  if (Object.hasOwn(names, type)) return names[type] ?? type
  const words = type.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`
}

/** A scope as a person reads it: what it is about, and what may be done. */
export function wordsOf(scope: string): { readonly what: string; readonly may: string } {
  if (scope === 'offline_access') return { what: 'Stay signed in', may: 'until you sign out, or for two weeks without use' }
  if (scope === 'lockout.read') return { what: 'Workstations and orders to them', may: 'see' }
  if (scope === 'lockout.order') return { what: 'Orders to workstations', may: 'give' }
  const parsed = parseDataScope(scope)
  if (parsed === undefined) return { what: scope, may: '' }
  return { what: nameOf(parsed.type), may: verbs.flatMap(([letter, verb]) => (parsed.letters.includes(letter) ? verb : [])).join(', ') }
}
