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

/** Every value in a resource with the path to it, at any depth. */
export function* leaves(value: unknown, path = ''): Generator<[path: string, leaf: unknown]> {
  if (Array.isArray(value)) for (const each of value) yield* leaves(each, path)
  else if (typeof value === 'object' && value !== null) for (const [key, each] of Object.entries(value)) yield* leaves(each, `${path}.${key}`)
  else yield [path, value]
}

/** Every object in a resource, at any depth. */
export function* objects(value: unknown): Generator<Record<string, unknown>> {
  if (Array.isArray(value)) for (const each of value) yield* objects(each)
  else if (typeof value === 'object' && value !== null) {
    // An object of a JSON tree has string keys.
    yield value as Record<string, unknown>
    for (const each of Object.values(value)) yield* objects(each)
  }
}

/** Results of one LOINC code, oldest first. */
export function results(resources: readonly Resource[], code: string): Observation[] {
  return of(resources, 'Observation')
    .filter(({ code: each }) => each?.coding?.some((coding) => coding.code === code))
    .toSorted((a, b) => String(a.effectiveDateTime).localeCompare(String(b.effectiveDateTime)))
}

export const codeOf = (concept: { coding?: { code?: string }[] } | undefined): string | undefined => concept?.coding?.[0]?.code
