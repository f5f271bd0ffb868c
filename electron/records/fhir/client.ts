import { z } from 'zod'
import type { Clock } from '../../../shared/clock.ts'
import { ChartkeepError } from '../../../shared/errors.ts'
import { parsedJson } from '../../../shared/parsed-json.ts'
import { beginningOf, type BodyReader, collected, type HttpCall, type HttpReply, type ReplyHead } from '../../transport/index.ts'
import { createEfforts, type Effort } from '../ehr/effort.ts'
import { createExchange, type ExchangeParts, type ReaderOf } from '../ehr/exchange.ts'
import { type Patience, withRetries } from '../ehr/retry.ts'
import { failureOfAnswer, retryAfterMs } from './outcome.ts'
import { fhirJsonReader } from './read-json.ts'

/** What the EHR answered to a read. */
type Answer =
  /** 304: what was kept under the ETag is still true. */
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'body'; readonly json: unknown; readonly etag: string | undefined }

interface FhirClientParts extends ExchangeParts, Patience {
  /** Base of the FHIR R4 API, without a trailing slash. */
  readonly fhirBase: string
  readonly clock: Clock
  /** Told when it took the user's token, and answered. */
  heard?(): void
}

interface ReadOptions {
  readonly etag?: string | undefined
  /** What this and the other requests of the same answer may cost together. */
  readonly effort: Effort
}

/** What is created, and under which key. */
interface CreateOptions {
  readonly key: string
  readonly contentType: string
  readonly body: string | (() => Iterable<Uint8Array>)
  readonly headers?: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  /** What it may take to send, in ms, beyond what any request may take. */
  readonly sendingMs?: number
}

/** What a `Binary` holds, as it is. */
interface Content {
  readonly bytes: Buffer
  /** As the answer says; in lower case, without parameters. */
  readonly contentType: string
  readonly etag: string | undefined
}

/** Reads from the EHR. Everything throws ChartkeepError with the kinds of the way to the EHR (shared/errors.ts). */
export interface FhirClient {
  readonly fhirBase: string
  /** For one answer to a person, which may take several requests. The signal ends them all, and the pauses between them. */
  effort(signal: AbortSignal | undefined): Effort
  /** `path` is relative to the base, e.g. `Patient/123`, or absolute within it. */
  get(path: string, options: ReadOptions): Promise<Answer>
  /** A file, whole and as it is: no more of it than `maxBytes` is taken. `accept`: media types. */
  content(path: string, options: ReadOptions & { readonly accept: string; readonly maxBytes: number }): Promise<{ readonly kind: 'unchanged' } | { readonly kind: 'content'; readonly content: Content }>
  /**
   * Creates a resource, once, however often it is sent under the same key; gives its id, also where it was there already. Nothing is sent again here: who sends knows
   * when. Throws besides `server` with the status as its cause where the EHR does not take it.
   */
  create(type: string, options: CreateOptions): Promise<string>
  /** `POST [type]/_search`: for what must not stand in a URL, as names must not. */
  search(type: string, parameters: URLSearchParams, options: ReadOptions): Promise<unknown>
}

const fhirJson = 'application/fhir+json'
/** What may call itself FHIR's JSON: R4 §2.21.0.6, plain JSON, and the name it had before R4. */
const jsonTypes = /^\s*application\/(?:fhir\+json|json|json\+fhir)\s*(?:;|$)/i
const otherCharset = /;\s*charset\s*=\s*"?(?!utf-?8\b)/i
/** Of an answer that is no success only the codes of its outcome are read. */
const outcomeBytes = 64 * 1024

export function createFhirClient(parts: FhirClientParts): FhirClient {
  const { fhirBase, clock } = parts

  const exchange = createExchange(parts)

  async function once<T>(call: HttpCall, effort: Effort, reader: ReaderOf<T>): Promise<HttpReply<T>> {
    const reply = await exchange.authorized(call, effort, reader)
    if (reply.status === 200 || reply.status === (createsIn(call) ? 201 : 304)) {
      parts.heard?.()
      return reply
    }
    const kind = failureOfAnswer(reply.status, reply.body)
    const wait = kind === 'throttled' || kind === 'server' ? retryAfterMs(reply.headers['retry-after'], clock.now()) : undefined
    throw new ChartkeepError(kind, wait === undefined ? {} : { retryAfterMs: wait }, { cause: reply.status })
  }

  const exchanged = <T>(call: HttpCall, effort: Effort, reader: ReaderOf<T>) => withRetries(call, effort, parts, (each) => once(each, effort, reader))

  return {
    fhirBase,
    effort: createEfforts(clock),
    async get(path, { etag, effort }) {
      const url = path.startsWith('https://') ? path : `${fhirBase}/${path}`
      const headers = { accept: fhirJson, ...(etag === undefined ? {} : { 'if-none-match': etag }) }
      const reply = await exchanged({ method: 'GET', url, headers }, effort, readerOf)
      if (reply.status === 304) {
        // Nobody may say "unchanged" to who had nothing.
        if (etag === undefined) throw new ChartkeepError('server')
        return { kind: 'unchanged' }
      }
      return { kind: 'body', json: reply.body, etag: usableTag(reply.headers['etag']) }
    },
    async content(path, { etag, effort, accept, maxBytes }) {
      const headers = { accept, ...(etag === undefined ? {} : { 'if-none-match': etag }) }
      const reply = await exchanged<unknown>({ method: 'GET', url: `${fhirBase}/${path}`, headers }, effort, (head, of) => (head.status === 200 ? fileReader(head, of, maxBytes) : outcomeReader()))
      if (reply.status === 304) {
        if (etag === undefined) throw new ChartkeepError('server')
        return { kind: 'unchanged' }
      }
      if (!Buffer.isBuffer(reply.body)) throw new ChartkeepError('server')
      const contentType = (reply.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
      return { kind: 'content', content: { bytes: reply.body, contentType, etag: usableTag(reply.headers['etag']) } }
    },
    async create(type, { key, contentType, body, headers, signal, sendingMs = 0 }) {
      const call: HttpCall = { method: 'POST', repeat: { idempotencyKey: key }, url: `${fhirBase}/${type}`, headers: { ...headers, accept: fhirJson, 'content-type': contentType }, body, sendingMs }
      const reply = await once(call, onceOnly(signal, longestCreate + sendingMs), outcomeReader)
      const id = idOfCreated(type, reply)
      if (id === undefined) throw new ChartkeepError('server')
      return id
    },
    async search(type, parameters, { effort }) {
      const headers = { accept: fhirJson, 'content-type': 'application/x-www-form-urlencoded' }
      const reply = await exchanged({ method: 'POST', repeat: 'reads', url: `${fhirBase}/${type}/_search`, headers, body: parameters.toString() }, effort, readerOf)
      if (reply.status === 304) throw new ChartkeepError('server')
      return reply.body
    },
  }
}

/** What a creation may take beside the sending of a large body, in ms. */
const longestCreate = 40_000

const createsIn = (call: HttpCall) => 'repeat' in call && typeof call.repeat === 'object'

/** Nothing of it is tried again. */
const onceOnly = (signal: AbortSignal, ms: number): Effort => ({ signal, left: () => ms, tryAgain: () => false, read: () => undefined })

/** By its `Location` (FHIR R4 §3.1.0.8), else as the resource itself says. */
function idOfCreated(type: string, { headers, body }: HttpReply<unknown>): string | undefined {
  const [, named, located] = /(?:^|\/)([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/.exec(headers['location'] ?? '') ?? []
  if (named === type && located !== undefined) return located
  const read = Created.safeParse(body)
  return read.success && read.data.resourceType === type ? read.data.id : undefined
}

const Created = z.looseObject({ resourceType: z.string(), id: z.string().regex(/^[A-Za-z0-9\-.]{1,64}$/) })

/**
 * An entity tag that can be asked about again. Servers write them without their quotes, too; but `*` would ask about anything, two are
 * none, and what no header may hold would keep this page from ever being asked for again.
 */
function usableTag(tag: string | undefined): string | undefined {
  return tag !== undefined && /^(?:W\/)?(?:"[\x21\x23-\x7e]{0,500}"|[\w.:+=-]{1,500})$/.test(tag) ? tag : undefined
}

/** A file, held whole: refused by its announced length where that says enough, else as soon as too much came. */
function fileReader({ headers }: ReplyHead, effort: Effort, maxBytes: number): BodyReader<Buffer> {
  if (Number(headers['content-length']) > maxBytes) throw new ChartkeepError('too-large')
  const whole = collected(maxBytes)
  return {
    take(piece) {
      effort.read(piece.length)
      return whole.take(piece)
    },
    end: () => whole.end(),
  }
}

/** How an answer is read, by what its head says it is. */
function readerOf({ status, headers }: ReplyHead, effort: Effort): BodyReader<unknown> {
  if (status !== 200) return outcomeReader()
  const type = headers['content-type'] ?? ''
  // A guest network's page, or XML: not read at all.
  if (!jsonTypes.test(type) || otherCharset.test(type)) throw new ChartkeepError('malformed')
  return fhirJsonReader(undefined, effort.read)
}

function outcomeReader(): BodyReader<unknown> {
  const beginning = beginningOf(outcomeBytes)
  return { take: beginning.take, end: () => parsedJson(beginning.end().toString('utf8')) }
}
