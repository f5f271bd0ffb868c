import type { Permission, StaffMember } from '../../../shared/contract/index.ts'

/**
 * What a record is kept for. Each purpose has a key of its own: what was sealed for one never opens for another. Of a chart, who it is about
 * (`identifiers`), what somebody wrote about them (`notes`) and what bears a security label (`sensitive`) are apart from the rest.
 */
export const purposes = ['chart', 'identifiers', 'notes', 'sensitive', 'recent', 'draft', 'place', 'outbox', 'audit-key', 'manifest'] as const
export type Purpose = (typeof purposes)[number]

/** As a sealed row says which key it is under: never given to another purpose. */
export const purposeNumbers: Readonly<Record<Purpose, number>> = { chart: 1, identifiers: 2, notes: 3, sensitive: 4, recent: 5, draft: 6, place: 7, outbox: 8, 'audit-key': 9, manifest: 10 }

export interface KeyHolder {
  readonly role: StaffMember['role']
  readonly permissions: readonly Permission[]
}

/** The roles that treat people: others may see what is labelled where the EHR shows it, and keep none of it. */
const treating: readonly StaffMember['role'][] = ['physician', 'nurse']

/**
 * The purposes whose keys a session of this person gets (164.312(a)(1)): a key that was not given cannot be misused, whatever else of this process can.
 * What they never may read is not theirs to keep.
 */
export function purposesOf({ role, permissions }: KeyHolder): ReadonlySet<Purpose> {
  const may = (permission: Permission) => permissions.includes(permission)
  const given: Record<Purpose, boolean> = {
    chart: may('chart:read'),
    identifiers: may('chart:read') || may('patient:search'),
    notes: may('section:notes'),
    sensitive: may('chart:read') && treating.includes(role),
    recent: true,
    draft: may('note:draft'),
    place: true,
    outbox: may('note:draft'),
    'audit-key': true,
    // What answers for all the rows, whoever may read them.
    manifest: true,
  }
  return new Set(purposes.filter((purpose) => given[purpose]))
}
