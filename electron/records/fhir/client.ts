import type { Clock } from '../../../shared/clock.ts'
import { parseFhirJson } from '../../../shared/clinical/decimal.ts'
import { ChartkeepError } from '../../../shared/errors.ts'
import { type HttpCall, type HttpReply, networkFailure, type Transport } from '../../transport/index.ts'
import { failureOfAnswer, retryAfterMs } from './outcome.ts'
import { retryPause } from './retry.ts'
import type { TokenSource } from './token.ts'

/** What the EHR answered to a read. */
export type Answer =
  /** 304: what was kept under the ETag is still true. */
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'body'; readonly json: unknown; readonly etag: string | undefined }

export interface FhirClientParts {
  readonly transport: Transport
  /** Base of the FHIR R4 API, without a trailing slash. */
  readonly fhirBase: string
  readonly tokens: TokenSource
  readonly clock: Clock
  /** Waits; rejects `cancelled` when the signal aborts. */
  pause(ms: number, signal: AbortSignal | undefined): Promise<void>
  random(): number
  /** Told after each exchange whether the EHR answered at all. */
  reached(online: boolean): void
}

export interface ReadOptions {
  readonly etag?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/** Reads from the EHR. Everything throws ChartkeepError with the kinds of the way to the EHR (shared/errors.ts). */
export interface FhirClient {
  readonly fhirBase: string
  /** `path` is relative to the base, e.g. `Patient/123`, or absolute within it. */
  get(path: string, options?: ReadOptions): Promise<Answer>
  /** `POST [type]/_search`: for what must not stand in a URL, as names must not. */
  search(type: string, parameters: URLSearchParams, options?: ReadOptions): Promise<unknown>
}

const fhirJson = 'application/fhir+json'

export function createFhirClient(parts: FhirClientParts): FhirClient {
  const { transport, fhirBase, tokens, clock } = parts

  /** Tells when the EHR could not be reached: by us, or by `main`, which asks it for the token first. */
  async function reaching<T>(work: Promise<T>): Promise<T> {
    try {
      return await work
    } catch (error) {
      const failure = networkFailure(error)
      if (failure.kind === 'offline' || failure.kind === 'timeout' || failure.kind === 'untrusted-certificate') parts.reached(false)
      throw failure
    }
  }

  async function exchange(call: HttpCall): Promise<HttpReply> {
    const reply = await reaching(transport.request(call))
    parts.reached(true)
    return reply
  }

  /** With the token; a refused one is replaced once. */
  async function authorized(call: HttpCall): Promise<HttpReply> {
    const token = await reaching(tokens.current())
    const reply = await exchange(withToken(call, token))
    if (reply.status !== 401) return reply
    return exchange(withToken(call, await reaching(tokens.replace(token))))
  }

  async function once(call: HttpCall): Promise<HttpReply> {
    const reply = await authorized(call)
    if (reply.status === 200 || reply.status === 304) return reply
    const kind = failureOfAnswer(reply.status, reply.status < 400 ? undefined : optionalJson(reply.body))
    const wait = kind === 'throttled' || kind === 'server' ? retryAfterMs(reply.headers['retry-after'], clock.now()) : undefined
    throw new ChartkeepError(kind, wait === undefined ? {} : { retryAfterMs: wait })
  }

  async function withRetries(call: HttpCall): Promise<HttpReply> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await once(call)
      } catch (error) {
        const failure = networkFailure(error)
        const pause = retryPause(failure, attempt, parts.random())
        if (pause === undefined) throw failure
        await parts.pause(pause, call.signal)
      }
    }
  }

  return {
    fhirBase,
    async get(path, { etag, signal } = {}) {
      const url = path.startsWith('https://') ? path : `${fhirBase}/${path}`
      const headers = { accept: fhirJson, ...(etag === undefined ? {} : { 'if-none-match': etag }) }
      const reply = await withRetries({ method: 'GET', url, headers, ...(signal ? { signal } : {}) })
      if (reply.status === 304) {
        // Nobody may say "unchanged" to who had nothing.
        if (etag === undefined) throw new ChartkeepError('server')
        return { kind: 'unchanged' }
      }
      return { kind: 'body', json: json(reply.body), etag: reply.headers['etag'] }
    },
    async search(type, parameters, { signal } = {}) {
      const reply = await withRetries({
        method: 'POST',
        url: `${fhirBase}/${type}/_search`,
        headers: { accept: fhirJson, 'content-type': 'application/x-www-form-urlencoded' },
        body: parameters.toString(),
        ...(signal ? { signal } : {}),
      })
      if (reply.status === 304) throw new ChartkeepError('server')
      return json(reply.body)
    },
  }
}

function withToken(call: HttpCall, token: string): HttpCall {
  return { ...call, headers: { ...call.headers, authorization: `Bearer ${token}` } }
}

function json(body: Buffer): unknown {
  try {
    return parseFhirJson(body.toString('utf8'))
  } catch {
    // The parser's message quotes the text, which is PHI: it is not kept as the cause.
    throw new ChartkeepError('malformed')
  }
}

function optionalJson(body: Buffer): unknown {
  try {
    return json(body)
  } catch {
    return undefined
  }
}
