import type { Resource } from '@medplum/fhirtypes'
import { mayUse } from './access/access.ts'
import { answerBundle } from './write/batch.ts'
import { theOne } from './write/conditions.ts'
import type { Context } from './context.ts'
import { answerEverything } from './read/everything.ts'
import { type Answer, type Ask, pairsOf } from './exchange.ts'
import { answerInstanceHistory, answerTypeHistory } from './read/history.ts'
import { createdBefore, idUnderKey } from './write/idempotency.ts'
import { refuse } from './outcomes.ts'
import { answerRead, roleRefusal, see } from './read/reads.ts'
import type { Pair } from './search/search-plan.ts'
import { answerSearch } from './search/search.ts'
import { isSearched, servedType } from './access/served-types.ts'
import { answerExpand, answerLookup, answerValidateCode } from './terminology/terminology-operations.ts'
import { answerWritten, bodyOf, create, remove, update, type Written } from './write/writes.ts'

/** What may be done at an address of one shape, by method. */
type Place = Readonly<Partial<Record<string, (context: Context, ask: Ask, type: string, id: string, version: string) => Answer>>>

function search(context: Context, ask: Ask, type: string, pairs: readonly Pair[]): Answer {
  if (!mayUse(context.caller, type, isSearched(type) ? 's' : 'r')) throw roleRefusal()
  if (!isSearched(type)) throw refuse('not-supported', 'This type of resource is read by its address.')
  const { handling } = ask.headers.prefer
  const { tag, text } = answerSearch({ type, pairs, handling, ifNoneMatch: ask.headers.ifNoneMatch }, context)
  return text === undefined ? { status: 304, etag: tag } : { status: 200, etag: tag, text }
}

function formOf(body: unknown): Pair[] {
  if (body !== undefined && body !== null && typeof body !== 'string') throw refuse('unsupported-media-type', 'A search is posted as a form.')
  return pairsOf(body ?? '')
}

/** Creates a record, or finds the one that `If-None-Exist` names, or the one that was created under the same key. `id` is given where a bundle has named it. */
function createOnce(context: Context, body: Resource, ifNoneExist: string | undefined, id?: string, key?: string): Written {
  if (!mayUse(context.caller, body.resourceType, 'c')) throw roleRefusal()
  if (ifNoneExist !== undefined) {
    const there = theOne(context, body.resourceType, pairsOf(ifNoneExist))
    if (there !== undefined) return { status: 200, wasThere: true, record: there, json: see(context, there.type, there.id).json }
  }
  if (key === undefined) return create(context, body, id)
  return createdBefore(context, body, key) ?? create(context, body, idUnderKey(context.caller, body.resourceType, key))
}

/** Replaces the record that a condition names, or creates one (FHIR R4 §3.1.0.4.3). */
function updateWhere(context: Context, ask: Ask, type: string, id?: string): Written {
  if (!mayUse(context.caller, type, 'u')) throw roleRefusal()
  const body = bodyOf(ask, type)
  const there = theOne(context, type, ask.pairs)
  if (there === undefined) {
    if (body.id !== undefined) throw refuse('bad-request', 'The server names its records.')
    return create(context, body, id)
  }
  if (body.id !== undefined && body.id !== there.id) throw refuse('bad-request', 'The body has another id than the record that is named.')
  return update(context, { ...body, id: there.id }, there.id, ask.headers.ifMatch)
}

const written = ({ baseUrl }: Context, ask: Ask, what: Written) => answerWritten(baseUrl, what, ask.headers.prefer.returned)

/** What codes mean is no secret: asked for in either way, by anyone who has signed in. */
const terminologyPlace = (answer: (context: Context, ask: Ask) => Answer) => ({ GET: answer, POST: answer }) as const

const places = {
  system: {
    POST: (context, ask) => answerBundle(context, ask, dispatch),
  },
  type: {
    GET: (context, ask, type) => search(context, ask, type, ask.pairs),
    POST: (context, ask: Ask, type) =>
      written(context, ask, createOnce(context, bodyOf(ask, type), ask.headers.ifNoneExist, ask.assignedId, ask.headers.idempotencyKey)),
    PUT: (context, ask: Ask, type) => written(context, ask, updateWhere(context, ask, type, ask.assignedId)),
    DELETE: (context, ask, type) => {
      if (!mayUse(context.caller, type, 'd')) throw roleRefusal()
      const there = theOne(context, type, ask.pairs)
      if (there !== undefined) remove(context, type, there.id, ask.headers.ifMatch)
      return { status: 204 }
    },
  },
  instance: {
    GET: (context, ask, type, id) => answerRead(context, ask.headers, type, id),
    PUT: (context, ask, type, id) => written(context, ask, update(context, bodyOf(ask, type), id, ask.headers.ifMatch)),
    DELETE: (context, ask, type, id) => {
      remove(context, type, id, ask.headers.ifMatch)
      return { status: 204 }
    },
  },
  search: { POST: (context, ask, type) => search(context, ask, type, [...ask.pairs, ...formOf(ask.body)]) },
  typeHistory: { GET: (context, ask, type) => answerTypeHistory(context, type, ask.pairs, ask.headers.prefer.handling) },
  instanceHistory: { GET: (context, ask, type, id) => answerInstanceHistory(context, type, id, ask.pairs, ask.headers.prefer.handling) },
  version: { GET: (context, ask, type, id, version) => answerRead(context, ask.headers, type, id, version) },
  expand: terminologyPlace((context, ask) => answerExpand(context.terminology, context.store.clock.now(), ask)),
  validateCode: terminologyPlace((context, ask) => answerValidateCode(context.terminology, ask)),
  lookup: terminologyPlace((context, ask) => answerLookup(context.terminology, ask)),
  everything: { GET: (context, ask, _type, id) => answerEverything(context, id, ask.pairs, ask.headers.prefer.handling) },
} as const satisfies Readonly<Record<string, Place>>

const operations: ReadonlyMap<string, Place> = new Map([
  ['ValueSet/$expand', places.expand],
  ['ValueSet/$validate-code', places.validateCode],
  ['CodeSystem/$lookup', places.lookup],
])

function placeOf([type, id, third, fourth, ...rest]: readonly string[]): Place | undefined {
  if (type === undefined) return places.system
  if (rest.length > 0) return undefined
  if (fourth !== undefined) return third === '_history' ? places.version : undefined
  if (third === '_history') return places.instanceHistory
  if (third === '$everything' && type === 'Patient') return places.everything
  if (third !== undefined) return undefined
  if (id === undefined) return places.type
  if (id === '_search') return places.search
  if (id === '_history') return places.typeHistory
  return id.startsWith('$') ? undefined : places.instance
}

/**
 * Answers a request, of the API or of a bundle's entry. Synchronous, as the store is: nothing else happens in between.
 * @throws an OperationOutcomeError
 */
export function dispatch(context: Context, ask: Ask): Answer {
  const [type = '', id = '', , version = ''] = ask.path
  const place = operations.get(ask.path.join('/')) ?? placeOf(ask.path)
  if (ask.path.length > 0 && ask.path[1]?.startsWith('$') !== true && servedType(type) === undefined) throw refuse('unknown-type', 'This type of resource is not served.')
  const handler = place === undefined || !Object.hasOwn(place, ask.method) ? undefined : place[ask.method]
  if (place === undefined) throw refuse('not-found', 'There is nothing at this address.')
  if (handler === undefined) throw refuse('method-not-allowed', 'This address does not take this method.')
  const answer = () => handler(context, ask, type, id, version)
  // A bundle sees to that itself: a batch does not undo what one entry did because another was refused.
  const isWrite = ask.method !== 'GET' && place !== places.search && place !== places.system && ask.path[1]?.startsWith('$') !== true
  return isWrite ? context.store.atomically(answer) : answer()
}
