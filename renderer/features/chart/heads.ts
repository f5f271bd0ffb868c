import { useQueries } from '@tanstack/react-query'
import { useMemo } from 'react'
import { type Likeness, type PatientIdentity, readPatient, similarNames } from '../../../shared/clinical/index.ts'
import type { PatientId, Section } from '../../../shared/contract/index.ts'
import { useServices } from '../../services/index.ts'
import { type ChartAccess, useChartAccess } from './load/access.ts'

type Resource = Section['resources'][number]

const headKey = (epoch: number, patient: string) => [epoch, 'head', patient] as const

/** Remembers who patients are, from wherever they were read: a tab has its name before its chart is loaded. */
export function rememberHeads({ client, epoch }: Pick<ChartAccess, 'client' | 'epoch'>, resources: readonly Resource[]): void {
  for (const resource of resources) {
    if (resource.resourceType === 'Patient' && resource.id !== undefined) client.setQueryData(headKey(epoch, resource.id), resource)
  }
}

export type PatientHeads = ReadonlyMap<PatientId, PatientIdentity>

/** Who these patients are, as far as that was read anywhere in this session. */
export function useHeads(patients: readonly PatientId[]): PatientHeads {
  const { clock, zone } = useServices()
  const { epoch } = useChartAccess()
  const found = useQueries({
    queries: patients.map((patient) => ({ queryKey: headKey(epoch, patient), queryFn: neverFetched, enabled: false })),
    combine: (queries) => queries.map((query) => query.data),
  })
  return useMemo(() => {
    const heads = new Map<PatientId, PatientIdentity>()
    for (const [index, resource] of found.entries()) {
      const patient = patients[index]
      const head = resource === undefined ? undefined : readPatient(resource, { now: clock.now(), zone })
      // The key names the patient; the record must name the same one.
      if (patient !== undefined && head?.kind === 'patient' && head.id === patient) heads.set(patient, head)
    }
    return heads
  }, [found, patients, clock, zone])
}

export function useHead(patient: PatientId): PatientIdentity | undefined {
  const patients = useMemo(() => [patient], [patient])
  return useHeads(patients).get(patient)
}

const neverFetched = (): Promise<Resource> => Promise.reject(new Error('This query is only watched.'))

/** Which of these patients have a name that could be taken for another's among them, and how near it is. */
export function likenessOf(heads: readonly PatientIdentity[]): ReadonlyMap<string, Likeness['how']> {
  const names = heads.flatMap(({ id, name }) => (id !== undefined && name.kind === 'recorded' ? [{ id, family: name.family, given: name.given }] : []))
  return new Map([...similarNames(names)].map(([id, alike]) => [id, alike.some(({ how }) => how === 'same') ? 'same' : 'similar']))
}
