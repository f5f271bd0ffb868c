import type { Patient } from '@medplum/fhirtypes'

/**
 * What anyone who may search for patients sees of a restricted one: who it is, that there is a label, and that this is not all
 * (FHIR R4 §3.1.0.1.6: an incomplete resource is tagged SUBSETTED, and must not be written back).
 */
export function demographicsOf(patient: Patient): Patient {
  const { resourceType, id, meta, identifier, active, name, gender, birthDate } = patient
  const subsetted = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' }
  return {
    resourceType,
    ...(id === undefined ? {} : { id }),
    meta: { ...meta, tag: [...(meta?.tag ?? []), subsetted] },
    ...(identifier === undefined ? {} : { identifier }),
    ...(active === undefined ? {} : { active }),
    ...(name === undefined ? {} : { name }),
    ...(gender === undefined ? {} : { gender }),
    ...(birthDate === undefined ? {} : { birthDate }),
  }
}
