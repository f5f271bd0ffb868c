import type { Resource } from '@medplum/fhirtypes'
import { indexTerms, type IndexTerm } from '../search/index-terms.ts'
import { isRestricted } from './label.ts'
import { noDate } from './schema.ts'
import { servedType } from '../access/served-types.ts'
import { writtenAt } from './written-at.ts'

/** The first version of a record with all that the tables hold of it. Plain data: it may cross to another thread. */
export interface PreparedRecord {
  readonly type: string
  readonly id: string
  /** As it is sent. */
  readonly json: string
  /** The id of the patient it is about. */
  readonly patient: string | undefined
  /** Its principal date, epoch milliseconds. */
  readonly low: number
  readonly high: number
  /** Epoch milliseconds. */
  readonly updated: number
  readonly isRestricted: boolean
  readonly terms: readonly IndexTerm[]
}

/**
 * Prepares a record that has its id: trusted as it comes, `meta.lastUpdated` kept where it has one; see `writtenAt` for
 * the others.
 * @throws where the record has no id, is of a type that is not served, or names two patients.
 */
export function preparedRecord(resource: Resource, now: number): PreparedRecord {
  const { id, resourceType: type } = resource
  if (id === undefined) throw new Error(`A ${type} without an id cannot be loaded.`)
  if (servedType(type) === undefined) throw new Error(`${type} is not served.`)
  const { patient, date, terms } = indexTerms(resource)
  const lastUpdated = resource.meta?.lastUpdated ?? new Date(writtenAt(type, { date, terms }, now)).toISOString()
  const stored = { ...resource, meta: { ...resource.meta, versionId: '1', lastUpdated } }
  return {
    type,
    id,
    json: JSON.stringify(stored),
    patient,
    low: date?.low ?? noDate,
    high: date?.high ?? noDate,
    updated: Date.parse(lastUpdated),
    isRestricted: isRestricted(stored),
    terms,
  }
}
