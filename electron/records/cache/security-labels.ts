import type { Resource } from '@medplum/fhirtypes'

/** Confidentiality up to "normal" asks nothing beyond what a chart asks anyhow (http://terminology.hl7.org/CodeSystem/v3-Confidentiality). */
const ordinary: readonly unknown[] = ['U', 'L', 'M', 'N']
/** Test data, not a matter of secrecy (http://terminology.hl7.org/CodeSystem/v3-ActReason). */
const testData = 'HTEST'

/** DELAU, "delete after use": not to be kept (http://terminology.hl7.org/CodeSystem/v3-ActCode). */
export function mustNotBeKept(resource: Resource): boolean {
  return codesOf(resource).includes('DELAU')
}

/**
 * Whether it bears a label that asks for more care than the rest of the chart: psychiatry, substance use, HIV, restricted, … A label nobody here knows
 * counts as one.
 */
export function isSensitive(resource: Resource): boolean {
  return codesOf(resource).some((code) => code !== testData && !ordinary.includes(code))
}

/** As they came: an EHR may have sent anything. */
function codesOf(resource: Resource): readonly unknown[] {
  const labels: unknown = resource.meta?.security
  if (labels === undefined) return []
  if (!Array.isArray(labels)) return [undefined]
  return labels.map((label: unknown) => (typeof label === 'object' && label !== null && 'code' in label ? label.code : undefined))
}
