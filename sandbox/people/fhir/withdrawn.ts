import type { Resource } from '@medplum/fhirtypes'
import type { Scribe } from './scribe.ts'

type Change = (resource: Resource) => Partial<Resource> | undefined

const status: Change = () => ({ status: 'entered-in-error' })

/** How each type says that it was entered in error (FHIR R4). Those that `mistakes.ts` brings into the chart by themselves are not here. */
const changes: Readonly<Partial<Record<Resource['resourceType'], Change>>> = {
  Appointment: status,
  CarePlan: status,
  CareTeam: status,
  Consent: status,
  Coverage: status,
  Device: status,
  DiagnosticReport: status,
  DocumentReference: status,
  Encounter: status,
  FamilyMemberHistory: status,
  Flag: status,
  Goal: () => ({ lifecycleStatus: 'entered-in-error' }),
  ImagingStudy: status,
  Immunization: status,
  MedicationDispense: status,
  Procedure: status,
  QuestionnaireResponse: status,
  ServiceRequest: status,
  Task: status,
}

/** The types of which a record with mistakes holds a withdrawn one. */
export const withdrawnTypes: ReadonlySet<string> = new Set(Object.keys(changes))

/**
 * The commonest mistake of all: the same thing entered twice, and one of the two withdrawn. Each resource that comes is passed on; the
 * first of a type is followed by its withdrawn twin.
 */
export function* withWithdrawn({ newId }: Scribe, resources: Iterable<Resource>): Generator<Resource> {
  const done = new Set<string>()
  for (const resource of resources) {
    yield resource
    const { resourceType: type } = resource
    const change = changes[type]?.(resource)
    if (change === undefined || done.has(type)) continue
    done.add(type)
    // A type's own status, put into a resource of that type.
    yield { ...resource, id: newId(`${type}/withdrawn`), ...change } as Resource
  }
}
