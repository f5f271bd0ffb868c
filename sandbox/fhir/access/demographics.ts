import type { Meta, Patient } from '@medplum/fhirtypes'

const subsetted = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' }

/** Says of a resource that it is not whole (FHIR R4 §3.1.0.1.6): it must not be written back. Said once, however often it was cut. */
export function markedAsPart(meta: Meta | undefined): Meta {
  const others = (meta?.tag ?? []).filter(({ system, code }) => system !== subsetted.system || code !== subsetted.code)
  return { ...meta, tag: [...others, subsetted] }
}

/**
 * What anyone who may search for patients sees of a restricted one: who it is, that there is a label, and that this is not all.
 */
export function demographicsOf(patient: Patient): Patient {
  const { resourceType, id, meta, identifier, active, name, gender, birthDate } = patient
  return {
    resourceType,
    ...(id === undefined ? {} : { id }),
    meta: markedAsPart(meta),
    ...(identifier === undefined ? {} : { identifier }),
    ...(active === undefined ? {} : { active }),
    ...(name === undefined ? {} : { name }),
    ...(gender === undefined ? {} : { gender }),
    ...(birthDate === undefined ? {} : { birthDate }),
  }
}
