import type { Meta } from '@medplum/fhirtypes'
import { system } from './code-systems.ts'
import type { Code } from './coding.ts'
import { readCode } from './coding.ts'
import { fields, isAbsent } from './untrusted.ts'

/** How closely a record is to be kept. `not-recorded` is the ordinary case; a label that cannot be read counts as restricted. */
export type Restriction =
  | { readonly kind: 'not-recorded' | 'normal' }
  | { readonly kind: 'restricted'; readonly level: 'restricted' | 'very-restricted'; readonly labels: readonly Code[] }
  | { readonly kind: 'unreadable' }

const sensitive = new Set(['ETH', 'HIV', 'PSY', 'SUD', 'SDV', 'STD', 'SEX', 'SICKLE', 'BH', 'TBOO', 'GDIS', 'EMP', 'LOCIS', 'PRS', 'CEL', 'VIP'])

/** Reads `meta.security`: HL7 confidentiality (R, V) and the sensitivity codes of ActCode (https://hl7.org/fhir/R4/security-labels.html). */
export function readRestriction(value: unknown): Restriction {
  const { security } = fields<Meta>(value) ?? {}
  if (isAbsent(security)) return { kind: 'not-recorded' }
  if (!Array.isArray(security)) return { kind: 'unreadable' }
  const labels = security.map((entry: unknown) => readCode(entry))
  if (labels.includes(undefined)) return { kind: 'unreadable' }
  const known = labels.filter((label) => label !== undefined)
  const isLabelled = (from: string, ...codes: readonly string[]): boolean =>
    known.some((label) => label.system === from && label.code !== undefined && codes.includes(label.code))
  if (isLabelled(system.confidentiality, 'V')) return { kind: 'restricted', level: 'very-restricted', labels: known }
  if (isLabelled(system.confidentiality, 'R') || isLabelled(system.actCode, ...sensitive)) {
    return { kind: 'restricted', level: 'restricted', labels: known }
  }
  return isLabelled(system.confidentiality, 'N', 'M', 'L', 'U') ? { kind: 'normal' } : { kind: 'not-recorded' }
}
