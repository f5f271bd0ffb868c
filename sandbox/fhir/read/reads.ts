import type { Binary, Patient } from '@medplum/fhirtypes'
import { mayUse, type Sight, sightOf } from '../access/access.ts'
import type { Context } from '../context.ts'
import { demographicsOf } from '../access/demographics.ts'
import { matches, versionTag } from './etag.ts'
import type { Answer, AskHeaders } from '../exchange.ts'
import { refuse } from '../outcomes.ts'
import type { StoredRecord } from '../store/record-row.ts'
import { servedType } from '../access/served-types.ts'

/** A record as one caller sees it. */
export interface SeenRecord {
  readonly record: StoredRecord
  readonly json: string
  readonly sight: Exclude<Sight, 'none'>
  /** Epoch milliseconds. */
  readonly updated: number
}

const idPattern = /^[A-Za-z0-9\-.]{1,64}$/
const versionPattern = /^\d{1,9}$/

export const roleRefusal = () => refuse('forbidden', 'Your role or this sign-in does not allow this.')
export const closedRefusal = () => refuse('restricted', 'The records of this patient are restricted to the care team.')

/** A record that the role may read, or its tombstone. @throws 404 where there is none, 403 where it is closed. */
export function find({ store, caller, circle }: Context, type: string, id: string): { record: StoredRecord; sight: SeenRecord['sight'] } {
  if (servedType(type) === undefined) throw refuse('unknown-type', 'This type of resource is not served.')
  if (!mayUse(caller, type, 'r')) throw roleRefusal()
  const record = idPattern.test(id) ? store.find(type, id) : undefined
  if (record === undefined) throw refuse('not-found', 'There is no such record.')
  const sight = sightOf(circle.recordFacts(record))
  if (sight === 'none') throw closedRefusal()
  return { record, sight }
}

/**
 * A record, or one version of it, as far as the caller may see it.
 * @throws 404, 410 for a deleted one, 403 for one that is closed.
 */
export function see(context: Context, type: string, id: string, version?: string): SeenRecord {
  const { record, sight } = find(context, type, id)
  if (version === undefined && record.deleted) throw refuse('gone', 'The record was deleted.')
  // An older version may say what the present one withholds.
  if (sight === 'demographics' && version !== undefined) throw closedRefusal()
  const number = version === undefined ? record.version : versionPattern.test(version) ? Number(version) : 0
  const found = context.store.versionText(record, number)
  if (found === undefined) throw refuse(record.deleted && number === record.version ? 'gone' : 'not-found', 'There is no such version.')
  if (sight === 'full') return { record: { ...record, version: number }, json: found.json, sight, updated: found.updated }
  const patient: Patient = JSON.parse(found.json)
  return { record, json: JSON.stringify(demographicsOf(patient)), sight, updated: found.updated }
}

const mediaType = /^[\w!#$&^.+-]{1,100}\/[\w!#$&^.+-]{1,100}(?:; ?[\w-]{1,50}=[\w.-]{1,50}){0,3}$/

/** Whether a Binary is wanted as a FHIR resource, rather than as what it contains (FHIR R4 §3.3.5). */
const wantsResource = (accept: string | undefined) => /application\/(fhir\+)?json/i.test(accept ?? '')

/** Answers a read or a vread. */
export function answerRead(context: Context, headers: AskHeaders, type: string, id: string, version?: string): Answer {
  const { record, json, sight, updated } = see(context, type, id, version)
  const etag = versionTag(record.version, sight)
  if (matches(headers.ifNoneMatch, etag)) return { status: 304, etag, lastModified: updated }
  if (type !== 'Binary' || wantsResource(headers.accept)) return { status: 200, etag, lastModified: updated, text: json }
  const { contentType, data = '' }: Binary = JSON.parse(json)
  return { status: 200, etag, lastModified: updated, content: { type: mediaType.test(contentType) ? contentType : 'application/octet-stream', bytes: Buffer.from(data, 'base64') } }
}
