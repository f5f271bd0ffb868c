import { OperationOutcomeError, validateResource } from '@medplum/core'
import type { Coding, Resource } from '@medplum/fhirtypes'
import { type Interaction, mayUse, mayWrite, type WriteFacts } from '../access/access.ts'
import { loadStructures } from '../search/definitions.ts'
import { FollowsNothing, followedReferences } from '../search/follow.ts'
import { indexTerms, TwoPatients } from '../search/index-terms.ts'
import type { Caller } from '../../types.ts'
import type { Circle } from '../access/circle.ts'
import { refuse } from '../outcomes.ts'
import type { PatientRow } from '../store/record-row.ts'
import { servedType } from '../access/served-types.ts'
import { isRestricted } from '../store/label.ts'
import type { FhirStore } from '../store/store.ts'

/** How deep a resource may nest. US Core's deepest are below twenty; the validator walks by recursion. */
export const deepest = 60

/** Whether a value nests deeper than `limit`. Walks with a stack of its own: what it guards against is deep recursion. */
export function isDeeperThan(value: unknown, limit: number): boolean {
  const open: { value: unknown; depth: number }[] = [{ value, depth: 0 }]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (typeof at.value !== 'object' || at.value === null) continue
    if (at.depth >= limit) return true
    const depth = at.depth + 1
    for (const inner of Object.values(at.value)) open.push({ value: inner, depth })
  }
  return false
}

/** Whom a record concerns, and whether it is restricted: by itself, or by what it belongs to. */
interface Concern {
  readonly patient: PatientRow | undefined
  readonly restricted: boolean
}

/** @throws 422 where that cannot be told, or is more than one patient. */
function concernOf(store: FhirStore, resource: Resource): Concern {
  try {
    const { patient: id } = indexTerms(resource)
    const inherited = store.inherit(resource)
    if (inherited === undefined) return { patient: id === undefined ? undefined : store.patient(id), restricted: isRestricted(resource) }
    const patient = store.patientByKey(inherited.patient)
    if (id !== undefined && id !== patient?.id) throw new TwoPatients('Names another patient than those of its records.')
    return { patient, restricted: inherited.restricted }
  } catch (error) {
    if (error instanceof TwoPatients) throw refuse('unprocessable', 'A record concerns one patient.')
    if (error instanceof FollowsNothing) throw refuse('unprocessable', 'The record must belong to a record of this hospital.')
    throw error
  }
}

const base64 = /^[A-Za-z0-9+/]*={0,2}$/

/** The library looks at base64 by a pattern that runs out of stack at some megabytes: a content is looked at here. @throws 400 */
function withoutContent(resource: Resource): Resource {
  if (resource.resourceType !== 'Binary' || resource.data === undefined) return resource
  const { data, ...rest } = resource
  if (typeof data !== 'string' || data.length % 4 !== 0 || !base64.test(data)) throw refuse('bad-request', 'The content is not base64.')
  return rest
}

/** Checks the shape of what was sent. @throws an OperationOutcomeError, 400 or 422. */
export function checkShape(resource: Resource): void {
  if (isDeeperThan(resource, deepest)) throw refuse('bad-request', 'The resource nests too deeply.')
  loadStructures()
  try {
    validateResource(withoutContent(resource))
  } catch (error) {
    if (error instanceof OperationOutcomeError) throw error
    throw refuse('bad-request', 'The resource is not of its type.')
  }
}

const labelsOf = (resource: Resource) =>
  (resource.meta?.security ?? []).map(({ system, code }: Coding) => `${system ?? ''}|${code ?? ''}`).sort()

const noteTypesOf = (resource: Resource): string[] =>
  resource.resourceType === 'DocumentReference' ? (resource.type?.coding ?? []).map(({ code }) => code ?? '') : []

function factsOf(circle: Circle, resource: Resource, { patient, restricted }: Concern): WriteFacts {
  return {
    type: resource.resourceType,
    restricted,
    patient: patient === undefined ? undefined : circle.patientFacts(patient),
    noteTypes: noteTypesOf(resource),
  }
}

/** A content is written by those who may write the document that it is of. */
function mayWriteWhatItIsOf(store: FhirStore, circle: Circle, caller: Caller, resource: Resource): boolean {
  if (resource.resourceType !== 'Binary') return true
  return followedReferences(resource).every((reference) => {
    const [type = '', id = ''] = reference.split('/')
    const record = store.find(type, id)
    if (record === undefined || record.deleted || type === 'Patient') return true
    const followed: Resource = JSON.parse(store.text(record.key))
    return mayUse(caller, type, 'c') && mayWrite(caller, factsOf(circle, followed, concernOf(store, followed)))
  })
}

/**
 * Whether a caller may write a resource, in place of `before` where there is one. Its shape has been checked.
 * @throws an OperationOutcomeError: 403 or 422.
 */
export function checkWrite(store: FhirStore, circle: Circle, caller: Caller, resource: Resource, before: Resource | undefined): void {
  const type = resource.resourceType
  const interaction: Interaction = before === undefined ? 'c' : 'u'
  if (!mayUse(caller, type, interaction)) throw refuse('forbidden', 'Your role or this sign-in does not allow this.')
  if (type === 'Patient' && before === undefined) return
  const concern = concernOf(store, resource)
  if (servedType(type)?.about === 'patient' && concern.patient === undefined) {
    throw refuse('unprocessable', 'The record must name a patient of this hospital.')
  }
  if (!mayWrite(caller, factsOf(circle, resource, concern)) || !mayWriteWhatItIsOf(store, circle, caller, resource)) {
    throw refuse('forbidden', 'You may not write this record for this patient.')
  }
  if (before === undefined) return
  const was = concernOf(store, before)
  if (was.patient?.key !== concern.patient?.key) throw refuse('unprocessable', 'A record does not move to another patient.')
  if (!mayWrite(caller, factsOf(circle, before, was)) || !mayWriteWhatItIsOf(store, circle, caller, before)) {
    throw refuse('forbidden', 'You may not write this record for this patient.')
  }
  if (followedReferences(before).join() !== followedReferences(resource).join()) {
    throw refuse('unprocessable', 'A record goes on belonging to the records that it belongs to.')
  }
  // Labels decide who sees: they are not changed by those who are subject to them.
  if (labelsOf(before).join() !== labelsOf(resource).join()) throw refuse('forbidden', 'Security labels are not changed here.')
}

/** Whether a caller may withdraw a record. @throws 403. */
export function checkRemoval(store: FhirStore, circle: Circle, caller: Caller, resource: Resource): void {
  const facts = factsOf(circle, resource, concernOf(store, resource))
  if (!mayUse(caller, resource.resourceType, 'd') || !mayWrite(caller, facts)) throw refuse('forbidden', 'You may not withdraw this record.')
}
