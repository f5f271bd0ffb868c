import type { Role } from '../types.ts'
import { deskScopes, deskScopesFor, isDeskScope } from './desk-scopes.ts'

/** SMART App Launch 2.x §Scopes: `user/<type>.<letters>`, the letters a part of `cruds`, in that order. */
interface DataScope {
  type: string
  letters: string
}

const pattern = /^user\/(\*|[A-Z][A-Za-z]+)\.(c?r?u?d?s?)$/

/** The scopes that are not about data. */
export const identityScopes = ['openid', 'fhirUser', 'profile', 'offline_access'] as const

/** Reads a v2 scope of the form `user/Observation.rs`. Undefined for anything else: v1, patient/, system/, with a query. */
export function parseDataScope(scope: string): DataScope | undefined {
  const [, type, letters] = pattern.exec(scope) ?? []
  return type !== undefined && letters ? { type, letters } : undefined
}

/** Who works here, and where. */
const directory = { HealthcareService: 'rs', Location: 'rs', Organization: 'rs', Practitioner: 'rs', PractitionerRole: 'rs' } as const

/** What a role may ever be granted, by resource type. `*` holds for every type. The FHIR API decides again, for each record. */
const limits: Readonly<Record<Role, Readonly<Record<string, string>>>> = {
  physician: {
    '*': 'rs',
    AllergyIntolerance: 'crus',
    Appointment: 'crus',
    AuditEvent: 'c',
    Binary: 'cru',
    CarePlan: 'crus',
    Communication: 'crus',
    Condition: 'crus',
    DocumentReference: 'cruds',
    MedicationRequest: 'crus',
    Observation: 'crus',
    Provenance: 'crs',
    ServiceRequest: 'crus',
    Task: 'crus',
  },
  nurse: {
    '*': 'rs',
    AllergyIntolerance: 'crus',
    Appointment: 'crus',
    AuditEvent: 'c',
    Binary: 'cru',
    Communication: 'crus',
    DocumentReference: 'cruds',
    Observation: 'crus',
    Provenance: 'crs',
    Task: 'crus',
  },
  'front-desk': {
    Appointment: 'crus',
    AuditEvent: 'c',
    Coverage: 'rs',
    Patient: 'rs',
    ...directory,
    Schedule: 'rs',
    Slot: 'rs',
  },
  support: { AuditEvent: 'c', ...directory },
  compliance: { AuditEvent: 'crs', ...directory },
  privacy: { AuditEvent: 'crs', Patient: 'rs', ...directory },
}

const order = ['c', 'r', 'u', 'd', 's'] as const
const both = (left: string, right: string) => order.filter((l) => left.includes(l) && right.includes(l)).join('')
const either = (left: string, right: string) => order.filter((l) => left.includes(l) || right.includes(l)).join('')

/** What was done with charts is no part of them: the wildcard of those who treat does not reach it. */
const apart: ReadonlySet<string> = new Set(['AuditEvent'])

/** The letters that a role has of a type, by its own row and by the wildcard. */
const reach = (type: string, limit: Readonly<Record<string, string>>) => either(apart.has(type) ? '' : (limit['*'] ?? ''), limit[type] ?? '')

function narrowOne({ type, letters }: DataScope, limit: Readonly<Record<string, string>>): DataScope[] {
  if (type !== '*') return [{ type, letters: both(letters, reach(type, limit)) }]
  const general = both(letters, limit['*'] ?? '')
  const special = Object.entries(limit)
    .filter(([name]) => name !== '*')
    .map(([name]) => ({ type: name, letters: both(letters, reach(name, limit)) }))
    .filter((scope) => scope.letters !== general)
  return [{ type: '*', letters: general }, ...special]
}

/**
 * The data scopes a role is granted of those asked: never more than asked, never more than the role has.
 * `user/*.rs` for a front desk becomes the few types it works with. What is not a v2 user scope is left out.
 */
export function narrowScopes(asked: readonly string[], role: Role): string[] {
  const granted = asked
    .map(parseDataScope)
    .filter((scope) => scope !== undefined)
    .flatMap((scope) => narrowOne(scope, limits[role]))
    .filter((scope) => scope.letters !== '')
    .map((scope) => `user/${scope.type}.${scope.letters}`)
  return [...new Set([...granted, ...deskScopesFor(asked, role)])]
}

/** The same scope in SMART v1 spelling, as older servers answer; undefined where v1 cannot say it. */
export function toV1(scope: string): string | undefined {
  const parsed = parseDataScope(scope)
  if (parsed === undefined) return scope
  const reads = /[rs]/.test(parsed.letters)
  const writes = /[cud]/.test(parsed.letters)
  return `user/${parsed.type}.${reads && writes ? '*' : writes ? 'write' : 'read'}`
}

const v1 = /^user\/(\*|[A-Z][A-Za-z]+)\.(read|write|\*)$/
const v1Letters: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' }

/** What a SMART v1 data scope means in v2; undefined for anything else, v2 scopes too: an older server does not know them. */
export function fromV1(scope: string): string | undefined {
  const [, type, verb] = v1.exec(scope) ?? []
  const letters = verb === undefined ? undefined : v1Letters[verb]
  return type === undefined || letters === undefined ? undefined : `user/${type}.${letters}`
}

/** The scopes without those of types that are withheld; a wildcard would give them all the same, and is withheld with them. */
export function withoutWithheld(scopes: readonly string[], withheld: readonly string[]): string[] {
  return scopes.filter((scope) => {
    const type = parseDataScope(scope)?.type
    return type === undefined || withheld.length === 0 || (type !== '*' && !withheld.includes(type))
  })
}

/** The scopes of the API among others, v2 and v1 and the desk's, space-separated as the protocol has them. */
export function dataScopesOf(scope: string | undefined): string {
  return (scope ?? '')
    .split(' ')
    .filter((one) => parseDataScope(one) !== undefined || fromV1(one) !== undefined || isDeskScope(one))
    .join(' ')
}

/** Named in the SMART configuration: the ones that clients are told to ask for. */
export const advertisedScopes: readonly string[] = [
  ...identityScopes,
  'user/*.rs',
  ...Object.entries(limits.physician)
    .filter(([type]) => type !== '*')
    .map(([type, letters]) => `user/${type}.${letters}`),
  'user/Patient.rs',
  'user/Coverage.rs',
  ...deskScopes,
]
