import { useMemo } from 'react'
import { type Person, personOf } from '../../../shared/clinical/index.ts'
import type { PatientId } from '../../../shared/contract/index.ts'
import { useSection } from './use-section.ts'

/** Sex and birth date, on which reference ranges may depend; nobody's until the patient is read. */
export function usePerson(patient: PatientId): Person {
  const found = useSection(patient, 'patient')
  const resource = found.state === 'ready' ? found.resources.find((entry) => entry.id === patient) : undefined
  return useMemo(() => personOf(resource), [resource])
}
