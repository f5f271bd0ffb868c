import type { Patient } from '@medplum/fhirtypes'
import type { Clock } from '../../../shared/clock.ts'
import { ChartkeepError, kindOf } from '../../../shared/errors.ts'
import type { Handlers } from '../../rpc/router.ts'
import type { KeptLists } from '../cache/kept-lists.ts'
import type { KeptSections } from '../cache/kept-sections.ts'
import type { FhirClient } from '../fhir/client.ts'
import { patientsOf, searchPatients } from '../fhir/patients.ts'
import type { PortCaller } from './caller.ts'

export interface PatientsParts {
  readonly client: FhirClient
  readonly kept: KeptSections
  readonly lists: KeptLists
  readonly clock: Clock
  /** FHIR reference of the user, where the EHR gave one. */
  readonly fhirUser: string | undefined
}

export function patientsHandlers({ client, kept, lists, clock, fhirUser }: PatientsParts): Pick<Handlers<'workspace', PortCaller>, 'patients.search' | 'patients.mine' | 'patients.recent'> {
  return {
    async 'patients.search'({ text }, { signal }) {
      const asOf = clock.now()
      const { patients, cut } = await searchPatients(client, text, signal)
      return { patients: [...patients], cut, freshness: { source: 'network', asOf } }
    },
    async 'patients.mine'(_input, { signal }) {
      const asOf = clock.now()
      // A user without a resource of their own is in no care team.
      if (fhirUser === undefined) return { patients: [], cut: false, freshness: { source: 'network', asOf } }
      try {
        const { patients, cut } = await patientsOf(client, fhirUser, signal)
        lists.keepMine(patients, cut)
        return { patients: [...patients], cut, freshness: { source: 'network', asOf } }
      } catch (error) {
        const before = lists.mine()
        const kind = kindOf(error)
        if (before === undefined || (kind !== 'offline' && kind !== 'timeout' && kind !== 'server' && kind !== 'throttled')) throw error
        return { patients: [...before.patients], cut: before.cut, freshness: { source: 'cache', asOf: before.asOf } }
      }
    },
    'patients.recent'() {
      const found = lists.recent().flatMap((patient) => {
        const section = kept.read({ patient, section: 'patient' })
        const [resource] = section?.pages[0]?.resources ?? []
        return section !== undefined && isPatient(resource, patient) ? [{ resource, asOf: section.asOf }] : []
      })
      const asOf = found.length === 0 ? clock.now() : Math.min(...found.map((entry) => entry.asOf))
      return { patients: found.map(({ resource }) => resource), cut: false, freshness: { source: 'cache', asOf } }
    },
  }
}

function isPatient(resource: { resourceType: string; id?: string } | undefined, id: string): resource is Patient {
  if (resource !== undefined && resource.id !== id) throw new ChartkeepError('wrong-patient')
  return resource?.resourceType === 'Patient'
}
