import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { Agent, type Dispatcher, ProxyAgent } from 'undici'
import { ChartkeepError } from '../../shared/errors.ts'
import { networkFailure } from './failures.ts'
import { trustOptions, type TrustParts } from './trust.ts'

const unpack = promisify(gunzip)

/** Time-outs in milliseconds, size in bytes. */
export interface Limits {
  readonly connectMs: number
  readonly headersMs: number
  /** For the whole body, so that a server that sends a byte now and then does not hold a reader. */
  readonly bodyMs: number
  /** Of a body, before and after decompression. */
  readonly maxBytes: number
}

export const defaultLimits: Limits = { connectMs: 5_000, headersMs: 15_000, bodyMs: 30_000, maxBytes: 32 * 1024 * 1024 }

export interface TransportParts extends TrustParts {
  /** `https://host[:port]`; nothing else is reached. */
  readonly origins: readonly string[]
  /** `http://host:port` of a forward proxy. */
  readonly proxy: string | undefined
  readonly limits?: Partial<Limits>
}

export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly signal?: AbortSignal
}

export interface HttpReply {
  readonly status: number
  /** Names in lower case; repeated ones joined by a comma. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** The one way out of this process: TLS 1.2 or later, to the EHR's own origins, never redirected. */
export interface Transport {
  /** Any status but a redirect is an answer. Throws ChartkeepError: `offline`, `timeout`, `cancelled`, `untrusted-certificate`, `redirected`, `too-large`, `server`. */
  request(call: HttpCall): Promise<HttpReply>
  /** The same for libraries that want `fetch`; takes text, bytes or form parameters as body. */
  fetch(url: string | URL, init?: FetchInit): Promise<Response>
  /** Ends every connection at once. */
  close(): Promise<void>
}

/** The part of `RequestInit` that is honoured. */
export interface FetchInit {
  readonly method?: string
  readonly headers?: HeadersInit
  readonly body?: unknown
  readonly signal?: AbortSignal | null
}

const redirects = new Set([301, 302, 303, 307, 308])

/** Opens no connection yet. Throws `untrusted-certificate` if the CA bundle cannot be used, `invalid-input` on an origin that is not https. */
export function createTransport(parts: TransportParts): Transport {
  const limits = { ...defaultLimits, ...parts.limits }
  const origins = new Set(parts.origins.map(httpsOrigin))
  const dispatcher = createDispatcher(parts, limits)

  async function request(call: HttpCall): Promise<HttpReply> {
    const url = URL.canParse(call.url) ? new URL(call.url) : undefined
    if (url === undefined || !origins.has(url.origin) || url.username !== '' || url.password !== '') throw new ChartkeepError('redirected')
    const deadline = AbortSignal.timeout(limits.connectMs + limits.headersMs + limits.bodyMs)
    const signal = call.signal ? AbortSignal.any([call.signal, deadline]) : deadline
    try {
      if (call.signal?.aborted) throw new ChartkeepError('cancelled')
      const answer = await dispatcher.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method: call.method,
        headers: { 'accept-encoding': 'gzip', ...lowerCased(call.headers ?? {}) },
        body: call.body ?? null,
        signal,
      })
      if (redirects.has(answer.statusCode)) {
        answer.body.on('error', () => undefined).destroy()
        throw new ChartkeepError('redirected')
      }
      const headers = flat(answer.headers)
      const body = await decoded(await read(answer.body, limits.maxBytes), headers['content-encoding'], limits.maxBytes)
      return { status: answer.statusCode, headers, body }
    } catch (error) {
      if (call.signal?.aborted) throw new ChartkeepError('cancelled')
      if (deadline.aborted) throw new ChartkeepError('timeout')
      throw networkFailure(error)
    }
  }

  return {
    request,
    async fetch(url, init = {}) {
      const { body, type } = fetchBody(init.body)
      const headers = Object.fromEntries(new Headers(init.headers))
      const reply = await request({
        method: httpMethod(init.method ?? 'GET'),
        url: String(url),
        headers: type !== undefined && headers['content-type'] === undefined ? { ...headers, 'content-type': type } : headers,
        ...(body === undefined ? {} : { body }),
        ...(init.signal ? { signal: init.signal } : {}),
      })
      const empty = reply.status === 204 || reply.status === 205 || reply.status === 304
      // What was decompressed here must not be decompressed again by who reads the headers.
      const { 'content-encoding': _, 'content-length': __, ...rest } = reply.headers
      return new Response(empty ? null : new Uint8Array(reply.body), { status: reply.status, headers: rest })
    },
    close: () => dispatcher.destroy(),
  }
}

function createDispatcher(parts: TransportParts, limits: Limits): Dispatcher {
  const trust = {
    ...trustOptions(parts),
    timeout: limits.connectMs,
    // A resumed TLS session skips `checkServerIdentity`, and one may be kept from a handshake that the pins refused.
    maxCachedSessions: 0,
  }
  const pool = { connections: 8, pipelining: 1, headersTimeout: limits.headersMs, bodyTimeout: limits.bodyMs, keepAliveTimeout: 30_000, allowH2: false }
  return parts.proxy === undefined
    ? new Agent({ ...pool, connect: trust })
    : new ProxyAgent({ ...pool, uri: parts.proxy, requestTls: trust, connect: { timeout: limits.connectMs } })
}

function httpsOrigin(origin: string): string {
  const url = URL.canParse(origin) ? new URL(origin) : undefined
  if (url?.protocol !== 'https:') throw new ChartkeepError('invalid-input')
  return url.origin
}

async function read(body: AsyncIterable<Buffer> & { destroy(): unknown }, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > maxBytes) throw new ChartkeepError('too-large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size)
}

async function decoded(body: Buffer, encoding: string | undefined, maxBytes: number): Promise<Buffer> {
  if (encoding === undefined || encoding === 'identity' || body.length === 0) return body
  if (encoding !== 'gzip') throw new ChartkeepError('server')
  return unpack(body, { maxOutputLength: maxBytes })
}

function flat(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const named = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value]],
  )
  return Object.fromEntries(named)
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}

function fetchBody(body: unknown): { body?: string | Uint8Array; type?: string } {
  if (body === undefined || body === null) return {}
  if (typeof body === 'string') return { body }
  if (body instanceof URLSearchParams) return { body: body.toString(), type: 'application/x-www-form-urlencoded;charset=UTF-8' }
  if (body instanceof Uint8Array) return { body }
  if (body instanceof ArrayBuffer) return { body: new Uint8Array(body) }
  throw new ChartkeepError('invalid-input')
}

function httpMethod(method: string): HttpCall['method'] {
  const upper = method.toUpperCase()
  if (upper === 'GET' || upper === 'POST' || upper === 'PUT' || upper === 'PATCH' || upper === 'DELETE' || upper === 'HEAD') return upper
  throw new ChartkeepError('invalid-input')
}
