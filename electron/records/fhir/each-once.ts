import type { Resource } from '@medplum/fhirtypes'

/**
 * Each record once, in the order they came. A server's pages may overlap where records came in between, and a hostile one may repeat
 * an id: a prescription that is listed twice reads as two. The first counts. Records are told apart by type and id.
 */
export function eachOnce(resources: readonly Resource[]): Resource[] {
  const seen = new Set<string>()
  return resources.filter(({ resourceType, id }) => {
    const name = `${resourceType}/${id ?? ''}`
    if (seen.has(name)) return false
    seen.add(name)
    return true
  })
}
