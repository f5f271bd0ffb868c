import { OperationOutcomeError } from '@medplum/core'
import type { OperationOutcome } from '@medplum/fhirtypes'
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Clock } from '../../shared/clock.ts'
import { isSealedFile, type SealedFiles, sealedFileType } from '../sealed-files/index.ts'
import type { Caller, Identify } from '../types.ts'
import { capabilityStatement } from './capability.ts'
import { type BrokenGlass, circles } from './access/circle.ts'
import { acceptsJson, readPrefer } from './write/conditional-headers.ts'
import type { Context } from './context.ts'
import { dispatch } from './dispatch.ts'
import { type Answer, type Ask, pairsOf, pathOf } from './exchange.ts'
import { type Refusal, refusalOutcome, refuse, statusOf } from './outcomes.ts'
import type { FhirStore } from './store/store.ts'
import { type Catalogue, openTerminology, type Terminology } from './terminology/terminology.ts'

export interface FhirApiOptions {
  readonly store: FhirStore
  readonly identify: Identify
  readonly clock: Clock
  /** Where the API is mounted, without a slash at the end: `https://127.0.0.1:8443/fhir/R4`. */
  readonly baseUrl: string
  readonly glass?: BrokenGlass
  /** Opens the files that workstations seal; absent: they are kept as anything else is. */
  readonly sealed?: SealedFiles
  /** Codes that this hospital uses, listed by `ValueSet/$expand`. */
  readonly catalogues?: readonly Catalogue[]
}

const json = 'application/fhir+json; charset=utf-8'
/** 2 MiB: a note with a scanned page in it. */
const bodyLimit = 2 * 1024 * 1024
/** 8 MiB: a scanned document by itself, or a bundle. */
const largeLimit = 8 * 1024 * 1024
/** 32 MiB: a sealed file, of which workstations take up to 25. */
const sealedLimit = 32 * 1024 * 1024

const send = (reply: FastifyReply, status: number, text: string) => reply.code(status).type(json).send(text)
const sendOutcome = (reply: FastifyReply, outcome: OperationOutcome) => send(reply, statusOf(outcome), JSON.stringify(outcome))

/** FHIR writes times in the header to the second (RFC 9110 §5.6.7). */
const httpDate = (milliseconds: number) => new Date(milliseconds).toUTCString()

const header = (value: string | readonly string[] | undefined) => (typeof value === 'string' ? value : value?.[0])

/** Addresses of a Binary: it is served as what it contains, in any format. */
const isContent = (path: readonly string[]) => path[0] === 'Binary' && path.length > 1

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
  app.addContentTypeParser(sealedFileType, { parseAs: 'buffer', bodyLimit: sealedLimit }, (_request, body, done) => done(null, body))
  // What a Binary contains may be of any type; whether one is meant, the address tells.
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: largeLimit }, (_request, body, done) => done(null, body))
}

/** The FHIR R4 API: one plugin, mounted under a prefix. Every answer, an error too, is FHIR. */
export function fhirApi({ store, identify, clock, baseUrl, glass, sealed, catalogues = [] }: FhirApiOptions): FastifyPluginAsync {
  const circleOf = circles(store, glass)
  let terminology: Terminology | undefined

  const contextOf = (caller: Caller): Context => ({
    store, caller, baseUrl,
    get circle() {
      return circleOf(caller)
    },
    get terminology() {
      terminology ??= openTerminology(catalogues)
      return terminology
    },
  })

  /** The request below the mount, taken apart. @throws 400 for an address that is not encoded as one is */
  const askOf = (request: FastifyRequest, prefix: string): Ask => {
    const { headers, method, body } = request
    const [address = '', ...query] = request.url.slice(prefix.length).split('?')
    const path = pathOf(address)
    if (path === undefined) throw refuse('bad-request', 'The address could not be read.')
    return {
      method: method === 'HEAD' ? 'GET' : method, path, pairs: pairsOf(query.join('?')), body,
      headers: {
        ifMatch: headers['if-match'], ifNoneMatch: headers['if-none-match'], ifNoneExist: header(headers['if-none-exist']),
        accept: headers.accept, idempotencyKey: header(headers['idempotency-key']), contentType: headers['content-type'], securityContext: header(headers['x-security-context']), prefer: readPrefer(headers.prefer),
      },
    }
  }

  /** A sealed file that nobody here can open, or that was sealed for another patient, is not taken in. @throws 422 */
  const admit = async ({ method, headers, body }: Ask): Promise<void> => {
    if (sealed === undefined || method === 'GET' || !Buffer.isBuffer(body) || !isSealedFile(headers.contentType)) return
    const [, patient] = /^Patient\/([A-Za-z0-9\-.]{1,64})$/.exec(headers.securityContext ?? '') ?? []
    if (patient === undefined || !(await sealed.isFor(patient, body))) throw refuse('unprocessable', 'The file is not sealed to this hospital, or not for this patient.')
  }

  /** A sealed file in clear, for whoever may see it and does not ask for it as it was sent. */
  const inClear = async (answer: Answer, { headers }: Ask): Promise<Answer> => {
    if (sealed === undefined || answer.content === undefined || !isSealedFile(answer.content.type) || headers.accept?.includes(sealedFileType) === true) return answer
    const bytes = await sealed.open(answer.content.bytes)
    return bytes === undefined ? answer : { ...answer, content: { type: 'application/octet-stream', bytes } }
  }

  const write = (reply: FastifyReply, { status, etag, lastModified, location, text, content }: Answer) => {
    if (etag !== undefined) reply.header('etag', etag)
    if (lastModified !== undefined) reply.header('last-modified', httpDate(lastModified))
    if (location !== undefined) reply.header('location', location)
    // A content may be a page with a script in it: shown here, it must reach nothing of this server.
    if (content !== undefined) return reply.code(status).type(content.type).header('content-security-policy', "sandbox; default-src 'none'").send(content.bytes)
    return text === undefined ? reply.code(status).send() : send(reply, status, text)
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
      const { path } = askOf(request, app.prefix)
      if (!isContent(path) && !acceptsJson(request.headers.accept)) throw refuse('not-acceptable', 'FHIR is served as JSON.')
    })

    const answer = async (request: FastifyRequest, reply: FastifyReply) => {
      const ask = askOf(request, app.prefix)
      await admit(ask)
      return write(reply, await inClear(dispatch(contextOf(request.getDecorator<Caller>('fhirCaller')), ask), ask))
    }
    app.route({ method: ['GET', 'POST', 'PUT', 'DELETE'], url: '/', bodyLimit: largeLimit, handler: answer })
    app.route({ method: ['GET', 'POST', 'PUT', 'DELETE'], url: '/*', handler: answer })
  }

  return async (app) => {
    readBodies(app)
    app.addHook('onSend', async (_request, reply) => {
      // A copy may be kept by the client, which seals it; it is asked about before it is used, and shared with nobody.
      reply.header('cache-control', 'private, no-cache').header('vary', 'Authorization, Accept, Prefer, Origin').header('x-content-type-options', 'nosniff')
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
