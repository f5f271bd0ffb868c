import { z } from 'zod'
import type { Permission } from '../../shared/contract/procedure.ts'
import type { StaffMember } from '../../shared/contract/session.ts'
import { fetchJson, type Fetch } from './http.ts'

/** What is read of the user's own roles and name at the EHR; staff data, not PHI. */
const Roles = z.object({
  entry: z
    .array(z.object({ resource: z.object({ active: z.boolean().optional(), code: z.array(z.object({ coding: z.array(z.object({ code: z.string().optional() })).optional() })).optional() }) }))
    .optional(),
})
const Practitioner = z.object({
  name: z.array(z.object({ use: z.string().optional(), text: z.string().optional(), family: z.string().optional(), given: z.array(z.string()).optional(), prefix: z.array(z.string()).optional() })).optional(),
})

/** Codes of PractitionerRole.code: HL7 practitioner-role, and SNOMED CT of the same meaning. */
const roleCodes: Readonly<Record<string, StaffMember['role']>> = {
  doctor: 'physician',
  '309343006': 'physician', // Physician
  '158965000': 'physician', // Medical practitioner
  '112247003': 'physician', // Medical doctor
  nurse: 'nurse',
  '106292003': 'nurse', // Professional nurse
  '224535009': 'nurse', // Registered nurse
  receptionist: 'front-desk',
  '159561009': 'front-desk', // Receptionist
  '224608005': 'front-desk', // Administrative healthcare staff
  ict: 'support',
  // No code system that we know of has these: a hospital that wants them named uses codes of its own by these names.
  'compliance-officer': 'compliance',
  'privacy-officer': 'privacy',
}

/**
 * NUCC Health Care Provider Taxonomy, which US Core binds PractitionerRole.code to: its codes begin with their group.
 * 20: allopathic and osteopathic physicians; 163W: registered nurses; 164: licensed practical and vocational nurses;
 * 363L, 364S: nurse practitioners and clinical nurse specialists (https://taxonomy.nucc.org).
 */
const taxonomy: readonly (readonly [RegExp, StaffMember['role']])[] = [
  [/^20[0-9A-Z]{7}X$/, 'physician'],
  [/^(?:163W|164[WX]|363L|364S)[0-9A-Z]{5}X$/, 'nurse'],
]

/** Whether a role is one of those who treat nobody, and open no chart. */
export function isWithoutCharts(role: StaffMember['role']): boolean {
  return role === 'support' || role === 'compliance' || role === 'privacy'
}

export interface StaffParts {
  /** Bounded in time by the caller. */
  readonly fetch: Fetch
  readonly fhirBase: string
  readonly accessToken: string
  readonly reference: string | undefined
  /** From the ID token. */
  readonly name: string | undefined
  readonly permissions: readonly Permission[]
}

/**
 * The user as the screen names them. The role is what the EHR's PractitionerRole says; it is shown, and decides nothing:
 * permissions come from the scopes. Never rejects: where the EHR does not tell, the role is guessed from what the user may
 * do, and an empty name is worded by the screen.
 */
export async function readStaffMember({ fetch, fhirBase, accessToken, reference, name, permissions }: StaffParts): Promise<StaffMember> {
  const get = (path: string) => fetchJson(fetch, `${fhirBase}/${path}`, { authorization: `Bearer ${accessToken}`, accept: 'application/fhir+json' }).catch(() => undefined)
  const isPractitioner = reference?.startsWith('Practitioner/') === true
  const [roles, practitioner] = await Promise.all([
    isPractitioner ? get(`PractitionerRole?practitioner=${encodeURIComponent(reference)}`) : undefined,
    isPractitioner && name === undefined ? get(reference) : undefined,
  ])
  // Control and direction marks could make the lock screen name somebody else.
  const displayName = (name ?? nameOf(practitioner)).replace(/\p{C}/gu, '').trim().slice(0, 200)
  return { displayName, role: roleOf(roles) ?? guessRole(permissions) }
}

function roleOf(bundle: unknown): StaffMember['role'] | undefined {
  const parsed = Roles.safeParse(bundle)
  const active = parsed.success ? (parsed.data.entry ?? []).filter((entry) => entry.resource.active !== false) : []
  const codes = active.flatMap((entry) => entry.resource.code ?? []).flatMap((concept) => concept.coding ?? [])
  return codes.map(({ code }) => (code === undefined ? undefined : roleOfCode(code))).find((role) => role !== undefined)
}

function roleOfCode(code: string): StaffMember['role'] | undefined {
  return Object.hasOwn(roleCodes, code) ? roleCodes[code] : taxonomy.find(([pattern]) => pattern.test(code))?.[1]
}

function guessRole(permissions: readonly Permission[]): StaffMember['role'] {
  if (permissions.includes('desk:read')) return 'support'
  return permissions.includes('patient:search') && !permissions.includes('chart:read') ? 'front-desk' : 'other'
}

function nameOf(practitioner: unknown): string {
  const parsed = Practitioner.safeParse(practitioner)
  const names = parsed.success ? (parsed.data.name ?? []) : []
  const name = names.find((one) => one.use === 'official') ?? names.find((one) => one.use !== 'old') ?? names[0]
  return name?.text ?? [...(name?.prefix ?? []), ...(name?.given ?? []), name?.family ?? ''].join(' ').trim()
}
