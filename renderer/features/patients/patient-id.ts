import type { PatientId } from '../../../shared/contract/index.ts'

/** FHIR R4 `id`; the contract's own pattern, without its parser (docs/adr/0064). What is none opens nothing: the router refuses it as well. */
export function asPatientId(id: string | undefined): PatientId | undefined {
  // The pattern was tested: that is all that the brand says.
  return id !== undefined && /^[A-Za-z0-9\-.]{1,64}$/.test(id) ? (id as PatientId) : undefined
}
