import { z } from 'zod'

/**
 * FHIR R4 `id`: 1–64 of A–Z a–z 0–9 - . (https://hl7.org/fhir/R4/datatypes.html#id); but not the two that a URL takes for a step
 * (https://url.spec.whatwg.org/#single-dot-path-segment).
 */
const fhirId = z.string().regex(/^(?!\.{1,2}$)[A-Za-z0-9\-.]{1,64}$/)

/** The logical id of a Patient at the EHR: opaque, never a name or a record number. */
export const PatientId = fhirId.brand<'PatientId'>()
export type PatientId = z.infer<typeof PatientId>

export const ResourceId = fhirId.brand<'ResourceId'>()
export type ResourceId = z.infer<typeof ResourceId>

/** A chart tab of this workstation session. */
export const TabId = z.string().regex(/^tab-[0-9a-f]{8}$/).brand<'TabId'>()
export type TabId = z.infer<typeof TabId>

/** A call that asks the person for a file, so that it can be given up by this name: the page makes it up, for one call. */
export const FileCall = z.uuid()
export type FileCall = z.infer<typeof FileCall>
