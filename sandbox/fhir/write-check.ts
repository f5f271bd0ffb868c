import { OperationOutcomeError, validateResource } from '@medplum/core'
import type { Coding, Resource } from '@medplum/fhirtypes'
import { mayUse, mayWrite } from './access.ts'
import { loadStructures } from './definitions.ts'
import { type Indexed, indexTerms, TwoPatients } from './index-terms.ts'
import type { Interaction } from './access.ts'
import type { Caller } from '../types.ts'
import type { Circle } from './circle.ts'
import { refuse } from './outcomes.ts'
import { servedType } from './served-types.ts'
import { isRestricted } from './label.ts'
import type { FhirStore } from './store.ts'

/** How deep a resource may nest. US Core's deepest are below twenty; the validator walks by recursion. */
const deepest = 60

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

function index(resource: Resource): Indexed {
  try {
    return indexTerms(resource)
  } catch (error) {
    if (error instanceof TwoPatients) throw refuse('unprocessable', 'A record concerns one patient.')
    throw error
  }
}

/** Checks the shape of what was sent. @throws an OperationOutcomeError, 400 or 422. */
export function checkShape(resource: Resource): void {
  if (isDeeperThan(resource, deepest)) throw refuse('bad-request', 'The resource nests too deeply.')
  loadStructures()
  try {
    validateResource(resource)
  } catch (error) {
    if (error instanceof OperationOutcomeError) throw error
    throw refuse('bad-request', 'The resource is not of its type.')
  }
}

const labelsOf = (resource: Resource) =>
  (resource.meta?.security ?? []).map(({ system, code }: Coding) => `${system ?? ''}|${code ?? ''}`).sort()

const noteTypesOf = (resource: Resource): string[] =>
  resource.resourceType === 'DocumentReference' ? (resource.type?.coding ?? []).map(({ code }) => code ?? '') : []

/**
 * Whether a caller may write a resource, in place of `before` where there is one. Its shape has been checked.
 * @throws an OperationOutcomeError: 403 or 422.
 */
export function checkWrite(store: FhirStore, circle: Circle, caller: Caller, resource: Resource, before: Resource | undefined): void {
  const type = resource.resourceType
  const interaction: Interaction = before === undefined ? 'c' : 'u'
  if (!mayUse(caller, type, interaction)) throw refuse('forbidden', 'Your role or this sign-in does not allow this.')
  if (type === 'Patient' && before === undefined) return
  const { patient: id } = index(resource)
  const patient = id === undefined ? undefined : store.patient(id)
  if (servedType(type)?.about === 'patient' && patient === undefined) {
    throw refuse('unprocessable', 'The record must name a patient of this hospital.')
  }
  const facts = {
    type,
    restricted: isRestricted(resource),
    patient: patient === undefined ? undefined : circle.patientFacts(patient),
    noteTypes: noteTypesOf(resource),
  }
  if (!mayWrite(caller, facts)) throw refuse('forbidden', 'You may not write this record for this patient.')
  if (before === undefined) return
  const was = index(before)
  if (was.patient !== id) throw refuse('unprocessable', 'A record does not move to another patient.')
  if (!mayWrite(caller, { ...facts, restricted: isRestricted(before), noteTypes: noteTypesOf(before) })) {
    throw refuse('forbidden', 'You may not write this record for this patient.')
  }
  // Labels decide who sees: they are not changed by those who are subject to them.
  if (labelsOf(before).join() !== labelsOf(resource).join()) throw refuse('forbidden', 'Security labels are not changed here.')
}

/** Whether a caller may withdraw a record. @throws 403. */
export function checkRemoval(store: FhirStore, circle: Circle, caller: Caller, resource: Resource): void {
  const type = resource.resourceType
  const id = index(resource).patient
  const patient = id === undefined ? undefined : store.patient(id)
  const facts = {
    type,
    restricted: isRestricted(resource),
    patient: patient === undefined ? undefined : circle.patientFacts(patient),
    noteTypes: noteTypesOf(resource),
  }
  if (!mayUse(caller, type, 'd') || !mayWrite(caller, facts)) throw refuse('forbidden', 'You may not withdraw this record.')
}
