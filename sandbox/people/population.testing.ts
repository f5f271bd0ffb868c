import type { Observation, Resource } from '@medplum/fhirtypes'
import { type CaseName, cases } from './cases.ts'
import { patientRecord } from './hospital.ts'

/** The day on which the specs stand still. */
export const today = '2026-11-23'

const kept = new Map<string, readonly Resource[]>()

/** One person's whole record. Made once for all who ask. */
export function recordOf(place: number | CaseName, seed = 1): readonly Resource[] {
  const index = typeof place === 'number' ? place : cases[place]
  const key = `${seed}/${index}`
  const record = kept.get(key) ?? [...patientRecord({ seed, patients: 0, today }, index)]
  kept.set(key, record)
  return record
}

/** The resources of one type. */
export function of<T extends Resource['resourceType']>(resources: readonly Resource[], type: T): Extract<Resource, { resourceType: T }>[] {
  return resources.filter((resource): resource is Extract<Resource, { resourceType: T }> => resource.resourceType === type)
}

type Leaf = readonly [path: string, leaf: unknown]

/** Every value in a resource with the path to it, at any depth. */
export function leaves(value: unknown, path = '', found: Leaf[] = []): readonly Leaf[] {
  if (Array.isArray(value)) for (const each of value) leaves(each, path, found)
  else if (typeof value === 'object' && value !== null) for (const [key, each] of Object.entries(value)) leaves(each, `${path}.${key}`, found)
  else found.push([path, value])
  return found
}

/** The literal references in a resource, such as `Patient/7`. */
export const references = (resource: Resource): string[] => leaves(resource).flatMap(([path, leaf]) => (path.endsWith('.reference') ? [String(leaf)] : []))

/** Every object in a resource, at any depth. */
export function objects(value: unknown, found: Record<string, unknown>[] = []): readonly Record<string, unknown>[] {
  if (Array.isArray(value)) for (const each of value) objects(each, found)
  else if (typeof value === 'object' && value !== null) {
    // An object of a JSON tree has string keys.
    found.push(value as Record<string, unknown>)
    for (const each of Object.values(value)) objects(each, found)
  }
  return found
}

/** Results of one LOINC code, oldest first. */
export function results(resources: readonly Resource[], code: string): Observation[] {
  return of(resources, 'Observation')
    .filter(({ code: each }) => each?.coding?.some((coding) => coding.code === code))
    .toSorted((a, b) => String(a.effectiveDateTime).localeCompare(String(b.effectiveDateTime)))
}

export const codeOf = (concept: { coding?: { code?: string }[] } | undefined): string | undefined => concept?.coding?.[0]?.code
