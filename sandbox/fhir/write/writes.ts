import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { AuditEvent, OperationOutcome, Resource } from '@medplum/fhirtypes'
import { z } from 'zod'
import { mayUse, sightOf } from '../access/access.ts'
import { checkAuditEvent, requestIdOf } from '../audit/audit-intake.ts'
import { checkBindings } from './bindings.ts'
import { type Returned, readIfMatch } from './conditional-headers.ts'
import type { Context } from '../context.ts'
import { indexedParameter } from '../search/definitions.ts'
import { versionTag } from '../read/etag.ts'
import type { Answer, Ask } from '../exchange.ts'
import { identifierTarget } from '../search/index-terms.ts'
import { refuse } from '../outcomes.ts'
import { closedRefusal, roleRefusal } from '../read/reads.ts'
import { readRecord, recordColumns, type StoredRecord } from '../store/record-row.ts'
import type { FhirStore } from '../store/store.ts'
import { checkRemoval, checkShape, checkWrite } from './write-check.ts'

/** What a write made, or found made already. */
export interface Written {
  readonly status: 200 | 201
  /** It was asked to be created, and was there. */
  readonly wasThere?: true
  readonly record: StoredRecord
  readonly json: string
}

const Body = z.looseObject({ resourceType: z.string() })

/** What was sent, as a resource of a type: whether it is a whole one, `checkShape` decides. @throws 400, 415 */
export function bodyOf({ body, headers }: Ask, type: string): Resource {
  if (Buffer.isBuffer(body)) {
    if (type !== 'Binary') throw refuse('unsupported-media-type', 'FHIR is taken as JSON.')
    const reference = headers.securityContext
    return {
      resourceType: 'Binary', contentType: headers.contentType ?? 'application/octet-stream', data: body.toString('base64'),
      ...(reference === undefined ? {} : { securityContext: { reference } }),
    }
  }
  const { success, data } = Body.safeParse(body)
  if (!success) throw refuse('bad-request', 'The body is not a FHIR resource.')
  if (data.resourceType !== type) throw refuse('bad-request', 'The body is of another type than the address.')
  // Its type is named; `checkShape` looks at the rest before anything relies on it.
  return data as Resource
}

/** What of a record its sender has written. */
export const content = ({ id: _id, meta: _meta, ...rest }: Resource) => rest

/**
 * An event that was reported already, by its request id: a client that was cut off sends it again.
 * @throws 409 where another event has that request id: it is not lost silently, nor does it replace what was reported
 */
function reportedBefore(store: FhirStore, event: AuditEvent): Written | undefined {
  const name = requestIdOf(event)
  const entity = indexedParameter('AuditEvent', 'entity')
  if (name === undefined || entity === undefined) return undefined
  const row = store.statements.one(
    `SELECT ${recordColumns} FROM reference f JOIN record r ON r.key = f.record WHERE f.parameter = ? AND f.target = ?`, entity.number, identifierTarget(name),
  )
  if (row === undefined) return undefined
  const record = readRecord(row)
  const json = store.text(record.key)
  const before: AuditEvent = JSON.parse(json)
  if (!isDeepStrictEqual(content(before), content(event))) throw refuse('conflict', 'Another event was reported under this request id.')
  return { status: 200, record, json }
}

/**
 * Creates a record. The server names it, unless a bundle has named it already, and dates it.
 * @throws 400, 403, 422
 */
export function create({ store, caller, circle, terminology }: Context, body: Resource, id: string = randomUUID()): Written {
  if (!mayUse(caller, body.resourceType, 'c')) throw roleRefusal()
  checkShape(body)
  checkBindings(terminology, body)
  if (body.resourceType === 'AuditEvent') {
    checkAuditEvent(body)
    const there = reportedBefore(store, body)
    if (there !== undefined) return there
  }
  const { versionId: _version, lastUpdated: _updated, ...meta } = body.meta ?? {}
  const fresh = { ...body, id, meta }
  checkWrite(store, circle, caller, fresh, undefined)
  return { status: 201, ...store.put(fresh) }
}

/** Replaces a record by a new version. @throws 400, 403, 404, 410, 412, 422 */
export function update(context: Context, body: Resource, id: string, ifMatch: string | undefined): Written {
  const { store, caller, circle } = context
  const before = forWriting(context, body.resourceType, id, 'u', ifMatch)
  // A content that is sent as it is has no id of its own.
  if (body.id !== id && !(body.resourceType === 'Binary' && body.id === undefined)) throw refuse('bad-request', 'The body has another id than the address.')
  checkShape(body)
  checkBindings(context.terminology, body)
  checkWrite(store, circle, caller, body, JSON.parse(store.text(before.key)))
  return { status: 200, ...store.put({ ...body, id }, before) }
}

/** Withdraws a record. @throws 403, 404, 410, 412 */
export function remove(context: Context, type: string, id: string, ifMatch: string | undefined): void {
  const { store, caller, circle } = context
  const before = forWriting(context, type, id, 'd', ifMatch)
  checkRemoval(store, circle, caller, JSON.parse(store.text(before.key)))
  store.remove(before)
}

/** The record that is to be replaced or withdrawn. @throws 403, 404, 410, and 412 where it is not the version that was meant. */
function forWriting({ store, caller, circle }: Context, type: string, id: string, interaction: 'u' | 'd', header: string | undefined): StoredRecord {
  if (!mayUse(caller, type, interaction)) throw roleRefusal()
  const ifMatch = readIfMatch(header)
  const record = store.find(type, id)
  if (record === undefined) throw refuse('not-found', 'There is no such record.')
  if (sightOf(circle.recordFacts(record)) !== 'full') throw closedRefusal()
  if (record.deleted) throw refuse('gone', 'The record was deleted.')
  if (ifMatch !== undefined && ifMatch !== record.version) {
    throw refuse('precondition-failed', 'The record has another version than the one you changed.')
  }
  return record
}

const done: OperationOutcome = { resourceType: 'OperationOutcome', issue: [{ severity: 'information', code: 'informational', details: { text: 'Done.' } }] }

/** The answer to a write, with as much of the record as is preferred. */
export function answerWritten(baseUrl: string, { status, wasThere, record, json }: Written, returned: Returned): Answer {
  const { type, id, version, updated } = record
  return {
    status,
    etag: versionTag(version),
    lastModified: updated,
    ...(status === 201 || wasThere === true ? { location: `${baseUrl}/${type}/${id}/_history/${version}` } : {}),
    ...(returned === 'minimal' ? {} : { text: returned === 'OperationOutcome' ? JSON.stringify(done) : json }),
  }
}
