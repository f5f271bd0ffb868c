import { type Person, personOf } from '../../../../shared/clinical/index.ts'
import type { PatientId } from '../../../../shared/contract/index.ts'
import { readOnce } from './read-once.ts'
import { useSection } from './use-section.ts'

// One object for one record: readings that depend on it are shared.
const readPerson = readOnce((resource: object): Person => personOf(resource))
const nobody: Person = { sex: undefined, birthDate: undefined }

/** Sex and birth date, on which reference ranges may depend; nobody's until the patient is read. */
export function usePerson(patient: PatientId): Person {
  const found = useSection(patient, 'patient')
  const resource = found.state === 'ready' ? found.resources.find((entry) => entry.id === patient) : undefined
  return resource ? readPerson(resource) : nobody
}
