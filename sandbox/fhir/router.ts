import { OperationOutcomeError } from '@medplum/core'
import { type FhirRequest, FhirRouter } from '@medplum/fhir-router'
import type { OperationOutcome, Resource } from '@medplum/fhirtypes'
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Clock } from '../../shared/clock.ts'
import type { Caller, Identify } from '../types.ts'
import { mayUse } from './access.ts'
import { capabilityStatement } from './capability.ts'
import { type BrokenGlass, circles } from './circle.ts'
import { acceptsJson, readIfMatch, readPrefer } from './conditional-headers.ts'
import { matches, versionTag } from './etag.ts'
import { type Refusal, refusalOutcome, refuse, statusOf } from './outcomes.ts'
import { CallerRepository } from './repository.ts'
import { type Pair, planSearch } from './search-plan.ts'
import { answerSearch } from './search.ts'
import { isSearched, servedType } from './served-types.ts'
import type { FhirStore } from './store.ts'

export interface FhirApiOptions {
  readonly store: FhirStore
  readonly identify: Identify
  readonly clock: Clock
  /** Where the API is mounted, without a slash at the end: `https://127.0.0.1:8443/fhir/R4`. */
  readonly baseUrl: string
  readonly glass?: BrokenGlass
}

const json = 'application/fhir+json; charset=utf-8'
/** 2 MiB: a note with a scanned page in it. */
const bodyLimit = 2 * 1024 * 1024

const TypePath = z.object({ type: z.string() })
const RecordPath = z.object({ type: z.string(), id: z.string() })
const VersionPath = z.object({ type: z.string(), id: z.string(), version: z.string().regex(/^\d{1,9}$/).catch('0') })
const ResourceBody = z.looseObject({ resourceType: z.string() })

const send = (reply: FastifyReply, status: number, text: string) => reply.code(status).type(json).send(text)
const sendOutcome = (reply: FastifyReply, outcome: OperationOutcome) => send(reply, statusOf(outcome), JSON.stringify(outcome))

/** FHIR writes times in the header to the second (RFC 9110 §5.6.7). */
const httpDate = (milliseconds: number) => new Date(milliseconds).toUTCString()

function served(type: string): string {
  if (servedType(type) === undefined) throw refuse('unknown-type', 'This type of resource is not served.')
  return type
}

function queryPairs(request: FastifyRequest): Pair[] {
  const mark = request.url.indexOf('?')
  return mark < 0 ? [] : [...new URLSearchParams(request.url.slice(mark + 1))]
}

function formPairs(body: unknown): Pair[] {
  if (body !== undefined && body !== null && typeof body !== 'string') throw refuse('unsupported-media-type', 'A search is posted as a form.')
  return [...new URLSearchParams(body ?? '')]
}

const header = (value: string | readonly string[] | undefined) => (typeof value === 'string' ? value : value?.[0])

/** The library drops a modifier that it does not know, and would create a second record where the condition was meant to prevent it. */
function checkCondition(type: string, condition: string, baseUrl: string): void {
  const { filteredBy } = planSearch(type, [...new URLSearchParams(condition)], 'strict', baseUrl)
  if (filteredBy.length === 0) throw refuse('bad-request', 'If-None-Exist names no record.')
}

/** Fastify's own errors, by status. Their messages are not passed on: some quote the request. */
const frameworkRefusals = new Map<number, Refusal>([
  [400, 'bad-request'], [413, 'content-too-large'], [415, 'unsupported-media-type'],
])

function outcomeOf(error: unknown): OperationOutcome {
  if (error instanceof OperationOutcomeError) return error.outcome
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
  const refusal = frameworkRefusals.get(status)
  return refusal === undefined
    ? refusalOutcome('exception', 'The server failed.')
    : refusalOutcome(refusal, 'The request could not be read.')
}

function readBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser(['application/fhir+json', 'application/json'], { parseAs: 'string', bodyLimit }, parseJson)
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit }, (_request, body, done) => done(null, body))
}

/** The FHIR R4 API: one plugin, mounted under a prefix. Every answer, an error too, is FHIR. */
export function fhirApi({ store, identify, clock, baseUrl, glass }: FhirApiOptions): FastifyPluginAsync {
  const circleOf = circles(store, glass)
  const library = new FhirRouter()

  const callerOf = (request: FastifyRequest) => request.getDecorator<Caller>('fhirCaller')
  const repositoryOf = (request: FastifyRequest) => new CallerRepository({ store, caller: callerOf(request), circleOf, baseUrl })

  const search = (request: FastifyRequest, reply: FastifyReply, pairs: readonly Pair[]) => {
    const type = served(TypePath.parse(request.params).type)
    const caller = callerOf(request)
    if (!mayUse(caller, type, isSearched(type) ? 's' : 'r')) throw refuse('forbidden', 'Your role or this sign-in does not allow this.')
    if (!isSearched(type)) throw refuse('not-supported', 'This type of resource is read by its address.')
    const { handling } = readPrefer(request.headers.prefer)
    const question = { type, pairs, handling, ifNoneMatch: request.headers['if-none-match'] }
    const { tag, text } = answerSearch(question, { store, caller, circle: circleOf(caller), baseUrl })
    reply.header('etag', tag)
    return text === undefined ? reply.code(304).send() : send(reply, 200, text)
  }

  const read = (request: FastifyRequest, reply: FastifyReply, type: string, id: string, version?: number) => {
    const { record, json: text, sight, updated } = repositoryOf(request).see(type, id, version)
    const tag = versionTag(version ?? record.version, sight)
    reply.header('etag', tag).header('last-modified', httpDate(updated))
    return matches(request.headers['if-none-match'], tag) ? reply.code(304).send() : send(reply, 200, text)
  }

  /** Hands a write to the library, which knows its rules, over the caller's own repository, which knows ours. */
  const write = async (request: FastifyRequest, reply: FastifyReply, method: 'POST' | 'PUT' | 'DELETE', url: string) => {
    const ifMatch = readIfMatch(request.headers['if-match'])
    const ifNoneExist = header(request.headers['if-none-exist'])
    if (ifNoneExist !== undefined) checkCondition(url, ifNoneExist, baseUrl)
    const asked: FhirRequest = {
      method, url, pathname: '', params: {}, query: {}, config: { transactions: true },
      body: method === 'DELETE' ? undefined : ResourceBody.parse(request.body),
      headers: {
        ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
        ...(ifNoneExist === undefined ? {} : { 'if-none-exist': ifNoneExist }),
      },
    }
    const [outcome, resource] = await library.handleRequest(asked, repositoryOf(request))
    const status = statusOf(outcome)
    if (status >= 300) return sendOutcome(reply, outcome)
    if (resource === undefined) return reply.code(204).send()
    return written(request, reply, status, outcome, resource)
  }

  const written = (request: FastifyRequest, reply: FastifyReply, status: number, outcome: OperationOutcome, resource: Resource) => {
    const { resourceType, id = '', meta } = resource
    const version = Number(meta?.versionId)
    reply.header('etag', versionTag(version)).header('last-modified', httpDate(Date.parse(meta?.lastUpdated ?? '')))
    if (status === 201) reply.header('location', `${baseUrl}/${resourceType}/${id}/_history/${version}`)
    const { returned } = readPrefer(request.headers.prefer)
    if (returned === 'minimal') return reply.code(status).send()
    return send(reply, status, JSON.stringify(returned === 'OperationOutcome' ? outcome : resource))
  }

  const records: FastifyPluginAsync = async (app) => {
    app.decorateRequest('fhirCaller')
    app.addHook('onRequest', async (request, reply) => {
      const caller = await identify(request.headers.authorization)
      if (caller === undefined) {
        reply.header('www-authenticate', 'Bearer realm="Chartkeep sandbox EHR"')
        throw refuse('unauthorized', 'Sign in first.')
      }
      request.setDecorator('fhirCaller', caller)
      if (!acceptsJson(request.headers.accept)) throw refuse('not-acceptable', 'FHIR is served as JSON.')
    })

    app.get('/:type', (request, reply) => search(request, reply, queryPairs(request)))
    app.post('/:type/_search', (request, reply) => search(request, reply, [...queryPairs(request), ...formPairs(request.body)]))
    app.get('/:type/:id', (request, reply) => {
      const { type, id } = RecordPath.parse(request.params)
      return read(request, reply, type, id)
    })
    app.get('/:type/:id/_history/:version', (request, reply) => {
      const { type, id, version } = VersionPath.parse(request.params)
      return read(request, reply, type, id, Number(version))
    })
    app.post('/:type', (request, reply) => write(request, reply, 'POST', served(TypePath.parse(request.params).type)))
    app.put('/:type/:id', (request, reply) => {
      const { type, id } = RecordPath.parse(request.params)
      return write(request, reply, 'PUT', `${served(type)}/${encodeURIComponent(id)}`)
    })
    app.delete('/:type/:id', (request, reply) => {
      const { type, id } = RecordPath.parse(request.params)
      return write(request, reply, 'DELETE', `${served(type)}/${encodeURIComponent(id)}`)
    })
  }

  return async (app) => {
    readBodies(app)
    app.addHook('onSend', async (_request, reply) => {
      // A copy may be kept by the client, which seals it; it is asked about before it is used, and shared with nobody.
      reply.header('cache-control', 'private, no-cache').header('vary', 'Authorization, Accept, Prefer').header('x-content-type-options', 'nosniff')
    })
    app.setErrorHandler((error, _request, reply) => {
      if (error instanceof z.ZodError) return sendOutcome(reply, refusalOutcome('bad-request', 'The body is not a FHIR resource.'))
      return sendOutcome(reply, outcomeOf(error))
    })
    app.setNotFoundHandler((request, reply) => {
      const isKnownMethod = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'].includes(request.method)
      const refusal = isKnownMethod ? 'not-found' : 'method-not-allowed'
      return sendOutcome(reply, refusalOutcome(refusal, 'There is nothing at this address.'))
    })
    app.get('/metadata', (_request, reply) => send(reply, 200, JSON.stringify(capabilityStatement(baseUrl, clock.now()))))
    await app.register(records)
  }
}
