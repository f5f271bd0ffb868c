import { setTimeout as wait } from 'node:timers/promises'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { TroubleBook } from './book.ts'
import { bomb, bulkBody, drip, half } from './bulk.ts'
import { type Places, spoil } from './spoil.ts'
import { type Deed, Trouble } from './trouble.ts'

export interface TroubledEdgeOptions extends Places {
  readonly book: TroubleBook
  /** Whether the bearer of this may make trouble by header. */
  isHolder(authorization: string | undefined): boolean
  readonly now: () => number
}

/** One request's own trouble, as JSON, beside the control secret: for a client that a test can give headers to. */
const troubleHeader = 'x-sandbox-trouble'
const controlHeader = 'x-sandbox-control'

type DeedNamed<K extends Deed['do']> = Extract<Deed, { do: K }>

/** Puts the troubles in front of the API and behind it. The control plane is never troubled. */
export function troubledEdge(app: FastifyInstance, options: TroubledEdgeOptions): void {
  const met = new WeakMap<FastifyRequest, readonly Deed[]>()
  let counter = 0

  const deedsOf = (request: FastifyRequest): readonly Deed[] => {
    const own = request.headers[troubleHeader]
    const secret = request.headers[controlHeader]
    const deeds = options.book.meet(request.method, request.url)
    if (typeof own !== 'string' || typeof secret !== 'string' || !options.isHolder(`Bearer ${secret}`)) return deeds
    return [...deeds, Trouble.parse({ deed: JSON.parse(own) }).deed]
  }

  app.addHook('onRequest', async (request, reply) => {
    // `inject` asks the honest server for what is to be made of its answer.
    if (request.url.startsWith('/sandbox/') || request.headers[insideHeader] === inside) return
    const deeds = deedsOf(request)
    met.set(request, deeds)
    for (const deed of deeds) {
      if (deed.do === 'delay') await wait(deed.ms + Math.random() * deed.jitterMs)
      else if (await instead(app, deed, request, reply, options)) return
    }
  })

  app.addHook('onSend', async (request, reply, payload) => {
    let body = payload
    for (const deed of met.get(request) ?? []) {
      if (reply.statusCode !== 200 || typeof body !== 'string') break
      counter += 1
      body = remade(body, deed, reply, options, counter)
    }
    return body
  })

  app.addHook('onResponse', async (request) => {
    if (met.get(request)?.some((deed) => deed.do === 'split') !== true) return
    const forged = '{"resourceType":"Bundle","type":"searchset","entry":[]}'
    request.raw.socket.write(`HTTP/1.1 200 OK\r\ncontent-type: application/fhir+json\r\ncontent-length: ${forged.length}\r\n\r\n${forged}`)
  })
}

/** Marks the sandbox's questions to itself. */
const insideHeader = 'x-sandbox-inside'
const inside = crypto.randomUUID()

/** Answers in the place of the API. False: the deed is for the answer, not instead of it. */
async function instead(app: FastifyInstance, deed: Deed, request: FastifyRequest, reply: FastifyReply, { fhirBase, otherHost, now }: TroubledEdgeOptions): Promise<boolean> {
  switch (deed.do) {
    case 'answer':
      if (deed.retryAfter !== undefined) reply.header('retry-after', deed.asDate ? new Date(now() + deed.retryAfter * 1000).toUTCString() : String(deed.retryAfter))
      await reply.code(deed.status).type('application/fhir+json').send('{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"processing","diagnostics":"On purpose."}]}')
      return true
    case 'not-modified':
      await reply.code(304).send()
      return true
    case 'drop':
      if (deed.when === 'in-body') return false
      reply.hijack()
      if (deed.when === 'in-head') request.raw.socket.write('HTTP/1.1 200 OK\r\ncontent-ty')
      request.raw.socket.end()
      return true
    case 'drip':
      if (deed.what === 'body') return false
      reply.hijack()
      dripHead(request, deed)
      return true
    case 'redirect': {
      const plain = `http://${new URL(fhirBase).host}`
      const to = { 'same-host': `${fhirBase}/metadata`, 'other-host': `${otherHost}/elsewhere${request.url}`, plain: plain + request.url, loop: request.url }
      await reply.redirect(to[deed.to], 307)
      return true
    }
    case 'bulk': {
      const [path = '', query = ''] = request.url.split('?', 2)
      const [type = 'Condition'] = path.split('/').slice(3)
      await reply.type('application/fhir+json').send(bulkBody(type, new URLSearchParams(query).get('patient') ?? 'nobody', deed.megabytes, deed.in))
      return true
    }
    case 'swap': {
      const { status, type, body } = await answerTo(app, otherQuestion(request.url, deed), request)
      await reply.code(status).type(type).send(body)
      return true
    }
    default:
      return false
  }
}

function dripHead(request: FastifyRequest, { everyMs }: DeedNamed<'drip'>): void {
  const { socket } = request.raw
  socket.write('HTTP/1.1 200 OK\r\n')
  const timer = setInterval(() => socket.write('x-more: x\r\n'), everyMs)
  socket.once('close', () => clearInterval(timer)).on('error', () => undefined)
}

/** `Condition?patient=a` → the same of another patient, or another type of the same. */
function otherQuestion(url: string, { patient, type }: DeedNamed<'swap'>): string {
  const ofType = type === undefined ? url : url.replace(/^(\/fhir\/R4\/)[A-Za-z]+/, `$1${type}`).replace(/\?.*/, (query) => `?patient=${new URLSearchParams(query).get('patient') ?? ''}`)
  if (patient === undefined) return ofType
  return ofType.replace(/^(\/fhir\/R4\/Patient\/)[^/?]+/, `$1${patient}`).replace(/([?&]patient=)[^&]+/, `$1${patient}`)
}

async function answerTo(app: FastifyInstance, url: string, request: FastifyRequest): Promise<{ status: number; type: string; body: string }> {
  const { authorization = '' } = request.headers
  const answer = await app.inject({ method: 'GET', url, headers: { authorization, [insideHeader]: inside } })
  return { status: answer.statusCode, type: answer.headers['content-type'] ?? 'application/fhir+json', body: answer.body }
}

/** What becomes of an answer of the API on its way out. */
function remade(body: string, deed: Deed, reply: FastifyReply, places: Places, counter: number): unknown {
  switch (deed.do) {
    case 'content-type':
      reply.header('content-type', deed.type)
      return body
    case 'etag':
      reply.header('etag', deed.value)
      return body
    case 'spoil':
      return spoil(body, deed.how, places, counter)
    case 'drip':
      return drip(body, deed.everyMs)
    case 'drop':
      reply.header('content-length', Buffer.byteLength(body))
      return half(body, () => reply.raw.socket?.end())
    case 'pack':
      return packed(body, deed, reply)
    default:
      return body
  }
}

function packed(body: string, { how, megabytes }: DeedNamed<'pack'>, reply: FastifyReply): unknown {
  reply.header('content-encoding', how === 'brotli' ? 'br' : 'gzip')
  switch (how) {
    case 'gzip':
      return gzipSync(body)
    case 'brotli':
      return brotliCompressSync(body)
    case 'broken':
      return gzipSync(body).subarray(0, -12)
    default:
      return bomb(body, megabytes)
  }
}
