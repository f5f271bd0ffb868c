import type { Permission } from '../../shared/contract/procedure.ts'

/** What a chart is made of; who may read none of it may look up people, not charts. */
const clinicalTypes = ['AllergyIntolerance', 'Condition', 'MedicationRequest', 'Observation', 'Encounter', 'DocumentReference', 'Immunization', 'Procedure', 'CareTeam'] as const
const readTypes = [...clinicalTypes, 'Patient', 'Flag', 'Medication', 'Practitioner', 'PractitionerRole'] as const

/**
 * What is asked of the EHR: what the screens of this version read, and the right to file a note, which shows who may
 * write one. It grants less where the role has less. SMART App Launch 2.x §Scopes.
 */
export const askedScopes: readonly string[] = [
  'openid',
  'fhirUser',
  'profile',
  'offline_access',
  ...readTypes.map((type) => `user/${type}.${type === 'DocumentReference' ? 'crs' : 'rs'}`),
]

interface Grant {
  readonly type: string
  readonly letters: string
  readonly legacy: boolean
}

/** What a user may do, and how the grant compares with what was asked. */
export interface Granted {
  readonly permissions: readonly Permission[]
  /** Less was granted than asked: some sections will be refused. */
  readonly narrowed: boolean
  /** The server spells its scopes as SMART v1 did. */
  readonly legacy: boolean
}

/**
 * Derives permissions from granted scopes, v2 (`user/Observation.rs`) or v1 (`user/Observation.read`). The EHR decides
 * on every request again; this only mirrors it, so that nothing is offered that would be refused (164.312(a)(1)).
 */
export function readScopes(granted: readonly string[], asked: readonly string[] = askedScopes): Granted {
  const grants = granted.map(readScope).filter((grant) => grant !== undefined)
  const may = (type: string, letter: string) => grants.some((grant) => (grant.type === '*' || grant.type === type) && grant.letters.includes(letter))
  const permissions: Permission[] = []
  if (may('Patient', 's')) permissions.push('patient:search')
  if (may('Patient', 'r') && clinicalTypes.some((type) => may(type, 's'))) permissions.push('chart:read')
  if (permissions.includes('chart:read') && may('DocumentReference', 'c')) permissions.push('note:draft')
  const wanted = asked.map(readScope).filter((grant) => grant !== undefined)
  return {
    permissions,
    narrowed: wanted.some(({ type, letters }) => letters.split('').some((letter) => !may(type, letter))),
    legacy: grants.some((grant) => grant.legacy),
  }
}

const v2 = /^user\/(\*|[A-Z][A-Za-z]+)\.(c?r?u?d?s?)(?:\?.*)?$/
const v1 = /^user\/(\*|[A-Z][A-Za-z]+)\.(read|write|\*)$/
const v1Letters: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' }

function readScope(scope: string): Grant | undefined {
  const [, legacyType, verb] = v1.exec(scope) ?? []
  if (legacyType !== undefined && verb !== undefined) return { type: legacyType, letters: v1Letters[verb] ?? '', legacy: true }
  const [, type, letters] = v2.exec(scope) ?? []
  return type !== undefined && letters !== undefined && letters !== '' ? { type, letters, legacy: false } : undefined
}
