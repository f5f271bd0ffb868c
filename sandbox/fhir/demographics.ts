import type { Patient } from '@medplum/fhirtypes'

/**
 * What anyone who may search for patients sees of a restricted one: who it is, that there is a label, and that this is not all
 * (FHIR R4 §3.1.0.1.6: an incomplete resource is tagged SUBSETTED, and must not be written back).
 */
export function demographicsOf(patient: Patient): Patient {
  const { resourceType, id, meta, identifier, active, name, gender, birthDate } = patient
  const subset: Patient = {
    resourceType,
    meta: {
      ...meta,
      tag: [...(meta?.tag ?? []), { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' }],
    },
  }
  return Object.assign(subset, pick({ id, identifier, active, name, gender, birthDate }))
}

/** Without the members that are undefined, which are not the same as absent ones to the types. */
function pick<T extends object>(members: T): Partial<T> {
  const present = Object.entries(members).filter(([, value]) => value !== undefined)
  // True: the entries are those of `members`, some left out.
  return Object.fromEntries(present) as Partial<T>
}
