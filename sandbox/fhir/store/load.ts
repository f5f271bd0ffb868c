import type { Resource } from '@medplum/fhirtypes'
import { indexTerms } from '../search/index-terms.ts'
import { servedType } from '../access/served-types.ts'
import type { FhirStore } from './store.ts'
import { writtenAt } from './written-at.ts'

/**
 * Fills a store with records that have their ids: one transaction, everything or nothing. They are trusted as they come (no
 * validation, no access rule); times in `meta.lastUpdated` are kept. The others are the time of loading or, where `asOf` is told (epoch
 * milliseconds), what the record says of itself, as in a bulk load.
 * @returns how many were loaded.
 * @throws where a record has no id, is of a type that is not served, is there already, names two patients, or comes before the records
 * that it belongs to (Provenance, Binary).
 */
export function loadResources(store: FhirStore, resources: Iterable<Resource>, asOf?: number): number {
  return store.atomically(() => {
    let loaded = 0
    for (const resource of resources) {
      const { id, resourceType } = resource
      if (id === undefined) throw new Error(`A ${resourceType} without an id cannot be loaded.`)
      if (servedType(resourceType) === undefined) throw new Error(`${resourceType} is not served.`)
      store.put({ ...(asOf === undefined ? resource : dated(resource, asOf)), id })
      loaded += 1
    }
    return loaded
  })
}

function dated(resource: Resource, asOf: number): Resource {
  const lastUpdated = resource.meta?.lastUpdated ?? new Date(writtenAt(resource.resourceType, indexTerms(resource), asOf)).toISOString()
  return { ...resource, meta: { ...resource.meta, versionId: '1', lastUpdated } }
}
