import { type Permission, sectionPermission } from '../../shared/contract/procedure.ts'
import { type SectionName, sections, sectionSources } from '../../shared/contract/sections.ts'
import { deskScopes } from './desk-scopes.ts'
import { reportScope } from './report-scope.ts'
import { inSpelling, readScope, type ScopeSpelling } from './scopes.ts'

/** What a chart is made of; who may read none of it may look up people, not charts. */
const clinicalTypes = ['AllergyIntolerance', 'Condition', 'MedicationRequest', 'Observation', 'Encounter', 'DocumentReference', 'Immunization', 'Procedure', 'CareTeam'] as const
const readTypes = [...clinicalTypes, 'Patient', 'Flag', 'Medication', 'Practitioner', 'PractitionerRole'] as const

/**
 * What is asked of the EHR: what the screens of this version read, and the right to file a note, which shows who may
 * write one. It grants less where the role has less. SMART App Launch 2.x §Scopes.
 */
const chartScopes = ['openid', 'fhirUser', 'profile', 'offline_access', ...readTypes.map((type) => `user/${type}.${type === 'DocumentReference' ? 'crs' : 'rs'}`)]

/** To read a file that a document names, and to send one: without it a chart is whole all the same. */
const fileScope = 'user/Binary.cr'

/** And what those ask for who review what was done: an account that opens charts is not granted it, nor the other way round. */
export const askedScopes: readonly string[] = [...chartScopes, fileScope, 'user/AuditEvent.rs']

/** What is asked beside charts, the most first: to report what was done and to review it, to review it, the desk alone, nothing. */
export type Beside = 'reports' | 'review' | 'desk' | 'nothing'

/** What is asked, as this server spells it. */
export function askedInSpelling({ scopeSpelling, deskScopes: desk }: { readonly scopeSpelling: ScopeSpelling; readonly deskScopes: readonly string[] }, beside: Beside): readonly string[] {
  const asked = beside === 'reports' || beside === 'review' ? askedScopes : [...chartScopes, fileScope]
  return [...[...asked, ...(beside === 'reports' ? [reportScope] : [])].flatMap((scope) => inSpelling(scope, scopeSpelling)), ...(beside === 'nothing' ? [] : desk)]
}

/** What a user may do, and how the grant compares with what was asked. */
export interface Granted {
  readonly permissions: readonly Permission[]
  /** Less was granted than charts are made of: some sections will be refused. */
  readonly narrowed: boolean
  /** The server spells its scopes as SMART v1 did. */
  readonly legacy: boolean
}

/**
 * Derives permissions from granted scopes, v2 (`user/Observation.rs`) or v1 (`user/Observation.read`), for each part of the
 * chart by itself. The EHR decides on every request again; this only mirrors it, so that nothing is offered that would be
 * refused, and what was not granted is said to be that and not to be empty (164.312(a)(1)).
 */
export function readScopes(granted: readonly string[], asked: readonly string[] = chartScopes): Granted {
  const grants = granted.map(readScope).filter((grant) => grant !== undefined)
  /** Without `categories`: at all. With them: for at least one of them. */
  const may = (type: string, letter: string, categories: readonly string[] = []) =>
    grants.some((grant) => (grant.type === '*' || grant.type === type) && grant.letters.includes(letter) && (grant.category === undefined || categories.length === 0 || categories.includes(grant.category)))
  const maySee = (section: SectionName) => {
    const { type, categories } = sectionSources[section]
    return section === 'patient' ? may(type, 'r') : may(type, 's', categories)
  }
  const permissions: Permission[] = []
  if (may('Patient', 's')) permissions.push('patient:search')
  if (may('Patient', 'r') && clinicalTypes.some((type) => may(type, 's'))) permissions.push('chart:read', ...sections.filter(maySee).map(sectionPermission))
  if (permissions.includes('chart:read') && may('DocumentReference', 'c')) permissions.push('note:draft')
  if (permissions.includes('note:draft') && may('Binary', 'c')) permissions.push('file:send')
  // Named, not by a wildcard: `user/*.rs` is how servers say "all of the charts". And never beside charts: who reviews access has none to review
  // of their own, even at a server that grants whatever is asked.
  if (!permissions.includes('chart:read') && grants.some(({ type, letters, category }) => type === 'AuditEvent' && letters.includes('s') && category === undefined)) permissions.push('audit:read')
  // Whoever locks workstations sees nothing of a patient, nor who looked at whom: where an EHR grants all that was asked, the desk is what is left out.
  if (permissions.length === 0) permissions.push(...granted.flatMap((scope) => (Object.hasOwn(deskScopes, scope) ? (deskScopes[scope] ?? []) : [])))
  const wanted = asked.map(readScope).filter((grant) => grant !== undefined)
  const isWhole = (type: string, letter: string) => grants.some((grant) => (grant.type === '*' || grant.type === type) && grant.category === undefined && grant.letters.includes(letter))
  return {
    permissions,
    narrowed: wanted.some(({ type, letters }) => letters.split('').some((letter) => !isWhole(type, letter))),
    legacy: grants.some((grant) => grant.isLegacy),
  }
}
