import type { Patient, Resource } from '@medplum/fhirtypes'

const restrictedCodes: ReadonlySet<string> = new Set(['R', 'V'])
const confidentiality = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality'

/** Whether a record is labelled restricted or very restricted (HL7 v3 Confidentiality). */
export function isRestricted(resource: Resource): boolean {
  return (resource.meta?.security ?? []).some(
    ({ system, code }) => system === confidentiality && restrictedCodes.has(code ?? ''),
  )
}

/** The same patient, labelled as somebody everybody knows (HL7 v3 ActCode). */
export function wellKnown<P extends Patient>(patient: P): P {
  const label = { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'VIP' }
  return { ...patient, meta: { ...patient.meta, security: [...(patient.meta?.security ?? []), label] } }
}
