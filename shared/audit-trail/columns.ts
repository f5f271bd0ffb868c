/** What was done, as far as the codes of an AuditEvent say it in a form that is known here; `other` keeps its own words. */
export const auditKinds = ['read', 'search', 'create', 'update', 'delete', 'sign-in', 'sign-out', 'override-begun', 'override-ended', 'disclosure', 'trail-read', 'other'] as const
export type AuditKind = (typeof auditKinds)[number]

/** AuditEvent.outcome (https://hl7.org/fhir/R4/valueset-audit-event-outcome.html). */
export const auditOutcomes = ['success', 'minor-failure', 'serious-failure', 'major-failure'] as const

/** By what a person may narrow the trail. FHIR's actions, and what is more than one of them. */
export const auditActions = ['create', 'read', 'update', 'delete', 'execute', 'sign-in-out', 'emergency', 'disclosure'] as const
export type AuditAction = (typeof auditActions)[number]

/** The columns, each of which sorts. */
export const auditColumns = ['at', 'user', 'kind', 'patient', 'record', 'outcome', 'source'] as const
export type AuditColumn = (typeof auditColumns)[number]

export interface AuditSort {
  readonly by: AuditColumn
  readonly descending: boolean
}

/**
 * What an entry is in an account of disclosures. `owed`: 164.528(a)(1) asks for it. `not-owed`: it left for treatment, payment or operations, or went to
 * the patient, which the rule excepts. `emergency`: a glass was broken; nobody outside received it, and patients ask.
 */
export const disclosureGroups = ['owed', 'not-owed', 'emergency'] as const
export type DisclosureGroup = (typeof disclosureGroups)[number]
