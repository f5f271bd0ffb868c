import { randomUUID } from 'node:crypto'
import { applyPatch, formatSearchQuery, type Operation, OperationOutcomeError, type SearchRequest, type WithId } from '@medplum/core'
import { type CreateResourceOptions, FhirRepository, type ReadHistoryOptions, type UpdateResourceOptions } from '@medplum/fhir-router'
import type { Bundle, Parameters, Patient, Reference, Resource } from '@medplum/fhirtypes'
import type { Caller } from '../types.ts'
import { mayUse, type Sight, sightOf } from './access.ts'
import type { Circle } from './circle.ts'
import { demographicsOf } from './demographics.ts'
import { refuse } from './outcomes.ts'
import { answerSearch } from './search.ts'
import { servedType } from './served-types.ts'
import type { StoredRecord } from './record-row.ts'
import type { FhirStore } from './store.ts'
import { checkRemoval, checkShape, checkWrite } from './write-check.ts'

/** A record as one caller sees it. */
export interface SeenRecord {
  readonly record: StoredRecord
  readonly json: string
  readonly sight: Exclude<Sight, 'none'>
  /** Epoch milliseconds. */
  readonly updated: number
}

/** The library answers 400, and with its message, to an error that it does not know. What fails here is ours: 500, and no message. */
async function orFail<R>(work: Promise<R>): Promise<R> {
  try {
    return await work
  } catch (error) {
    if (error instanceof OperationOutcomeError) throw error
    throw refuse('exception', 'The server failed.')
  }
}

const idPattern = /^[A-Za-z0-9\-.]{1,64}$/

/**
 * The records as one caller may use them: every way in and out of the store for the library's router, each decided in `access.ts`.
 * One is made for each request.
 */
export class CallerRepository extends FhirRepository {
  readonly store: FhirStore
  readonly caller: Caller
  readonly baseUrl: string
  private readonly circleOf: (caller: Caller) => Circle
  /** A request does one thing after the other: what it writes meanwhile belongs to its transaction. */
  private isInTransaction = false

  constructor(setting: { store: FhirStore; caller: Caller; circleOf: (caller: Caller) => Circle; baseUrl: string }) {
    super()
    this.store = setting.store
    this.caller = setting.caller
    this.circleOf = setting.circleOf
    this.baseUrl = setting.baseUrl
  }

  /** What the caller may know now: asked again for each use, since a write may change it. */
  get circle(): Circle {
    return this.circleOf(this.caller)
  }

  /** One store, one connection: there is nothing to choose. */
  override setMode(): void {}

  override generateId(): string {
    return randomUUID()
  }

  /**
   * A record, or one version of it, as far as the caller may see it.
   * @throws 404, 410 for a deleted one, 403 for one that is closed.
   */
  see(type: string, id: string, version?: number): SeenRecord {
    if (servedType(type) === undefined) throw refuse('unknown-type', 'This type of resource is not served.')
    if (!mayUse(this.caller, type, 'r')) throw refuse('forbidden', 'Your role or this sign-in does not allow this.')
    const record = idPattern.test(id) ? this.store.find(type, id) : undefined
    if (record === undefined) throw refuse('not-found', 'There is no such record.')
    const sight = sightOf(this.circle.recordFacts(record))
    if (sight === 'none') throw refuse('restricted', 'The records of this patient are restricted to the care team.')
    if (version === undefined && record.deleted) throw refuse('gone', 'The record was deleted.')
    // An older version may say what the present one withholds.
    if (sight === 'demographics' && version !== undefined) throw refuse('restricted', 'The records of this patient are restricted to the care team.')
    const found = this.store.versionText(record, version ?? record.version)
    if (found === undefined) throw refuse(version === record.version ? 'gone' : 'not-found', 'There is no such version.')
    if (sight === 'full') return { record, json: found.json, sight, updated: found.updated }
    const patient: Patient = JSON.parse(found.json)
    return { record, json: JSON.stringify(demographicsOf(patient)), sight, updated: found.updated }
  }

  override async readResource<T extends Resource>(type: string, id: string): Promise<WithId<T>> {
    return JSON.parse(this.see(type, id).json)
  }

  override async readReference<T extends Resource>({ reference }: Reference<T>): Promise<WithId<T>> {
    const [type = '', id = '', ...rest] = (reference ?? '').split('/')
    if (rest.length > 0) throw refuse('not-found', 'There is no such record.')
    return this.readResource(type, id)
  }

  override async readReferences<T extends Resource>(references: readonly Reference<T>[]): Promise<(T | Error)[]> {
    const settled = await Promise.allSettled(references.map((reference) => this.readReference(reference)))
    return settled.map((one) => {
      if (one.status === 'fulfilled') return one.value
      return one.reason instanceof Error ? one.reason : new Error('A reference could not be read.')
    })
  }

  override async readVersion<T extends Resource>(type: string, id: string, version: string): Promise<WithId<T>> {
    const number = /^\d{1,9}$/.test(version) ? Number(version) : undefined
    if (number === undefined) throw refuse('not-found', 'There is no such version.')
    return JSON.parse(this.see(type, id, number).json)
  }

  override readHistory<T extends Resource>(_type: string, _id: string, _options?: ReadHistoryOptions): Promise<Bundle<WithId<T>>> {
    return Promise.reject(refuse('not-supported', 'History is not served.'))
  }

  override async search<T extends Resource>(request: SearchRequest<T>): Promise<Bundle<WithId<T>>> {
    const type = request.resourceType
    if (!mayUse(this.caller, type, 's')) throw refuse('forbidden', 'Your role or this sign-in does not allow this.')
    const pairs = [...new URLSearchParams(formatSearchQuery(request))]
    // What comes from the router decides whether something is written: a condition left out would decide wrongly.
    const question = { type, pairs, handling: 'strict', ifNoneMatch: undefined } as const
    const { text } = answerSearch(question, { store: this.store, caller: this.caller, circle: this.circle, baseUrl: this.baseUrl })
    return JSON.parse(text ?? '{}')
  }

  override searchByReference<T extends Resource>(): Promise<Record<string, WithId<T>[]>> {
    return Promise.reject(refuse('not-supported', 'GraphQL is not served.'))
  }

  override createResource<T extends Resource>(resource: T, options?: CreateResourceOptions): Promise<WithId<T>> {
    return this.writing(() => {
      checkShape(resource)
      // The server names its records, and dates them.
      const id = options?.assignedId === true && resource.id !== undefined ? resource.id : this.generateId()
      const { versionId: _version, lastUpdated: _updated, ...meta } = resource.meta ?? {}
      const fresh = { ...resource, id, meta }
      checkWrite(this.store, this.circle, this.caller, fresh, undefined)
      return JSON.parse(this.store.put(fresh).json)
    })
  }

  override updateResource<T extends Resource>(resource: T, options?: UpdateResourceOptions): Promise<WithId<T>> {
    return this.writing(() => {
      checkShape(resource)
      const before = this.forWriting(resource.resourceType, resource.id ?? '', 'u', options?.ifMatch)
      checkWrite(this.store, this.circle, this.caller, resource, JSON.parse(this.store.text(before.key)))
      return JSON.parse(this.store.put({ ...resource, id: before.id }, before).json)
    })
  }

  override deleteResource(type: string, id: string, options?: UpdateResourceOptions): Promise<void> {
    return this.writing(() => {
      const before = this.forWriting(type, id, 'd', options?.ifMatch)
      checkRemoval(this.store, this.circle, this.caller, JSON.parse(this.store.text(before.key)))
      this.store.remove(before)
    })
  }

  override async patchResource<T extends Resource>(
    type: T['resourceType'], id: string, patch: Operation[] | Parameters, options?: UpdateResourceOptions,
  ): Promise<WithId<T>> {
    if (!Array.isArray(patch)) throw refuse('not-supported', 'A patch is a JSON Patch.')
    const patched: T = await this.readResource<T>(type, id)
    const problems = applyPatch(patched, patch).filter((problem) => problem !== null)
    if (problems.length > 0) throw refuse('unprocessable', 'The patch does not apply.')
    return this.updateResource(patched, options)
  }

  override withTransaction<R>(callback: (repository: this) => Promise<R>): Promise<R> {
    if (this.isInTransaction) return callback(this)
    const inside = async () => {
      this.isInTransaction = true
      try {
        return await callback(this)
      } finally {
        this.isInTransaction = false
      }
    }
    return orFail(this.store.exclusively(inside))
  }

  private writing<R>(work: () => R): Promise<R> {
    const later = async () => work()
    return orFail(this.isInTransaction ? later() : this.store.exclusively(later))
  }

  /** The record that is to be replaced or withdrawn. @throws 403, 404, 410, and 412 where it is not the version that was meant. */
  private forWriting(type: string, id: string, interaction: 'u' | 'd', ifMatch: string | undefined): StoredRecord {
    if (!mayUse(this.caller, type, interaction)) throw refuse('forbidden', 'Your role or this sign-in does not allow this.')
    const record = idPattern.test(id) ? this.store.find(type, id) : undefined
    if (record === undefined) throw refuse('not-found', 'There is no such record.')
    if (sightOf(this.circle.recordFacts(record)) !== 'full') throw refuse('restricted', 'The records of this patient are restricted to the care team.')
    if (record.deleted) throw refuse('gone', 'The record was deleted.')
    if (ifMatch !== undefined && ifMatch !== String(record.version)) {
      throw refuse('precondition-failed', 'The record has another version than the one you changed.')
    }
    return record
  }
}
