import { Readable } from 'node:stream'
import { Agent, type Dispatcher, ProxyAgent } from 'undici'
import { ChartkeepError } from '../../shared/errors.ts'
import { type BodyReader, collected, readBody, unpacked } from './body.ts'
import { type HttpCall, keyHeader } from './call.ts'
import { networkFailure } from './failures.ts'
import { trustOptions, type TrustParts } from './trust.ts'

/** Time-outs in milliseconds, size in bytes. */
export interface Limits {
  readonly connectMs: number
  readonly headersMs: number
  /** For the whole body, so that a server that sends a byte now and then does not hold a reader. */
  readonly bodyMs: number
  /** Of a body that is kept whole, unpacked; and of any body as it is announced. */
  readonly maxBytes: number
}

const defaultLimits: Limits = { connectMs: 5_000, headersMs: 15_000, bodyMs: 30_000, maxBytes: 32 * 1024 * 1024 }

export interface TransportParts extends TrustParts {
  /** `https://host[:port]`; nothing else is reached. */
  readonly origins: readonly string[]
  /** `http://host:port` of a forward proxy. */
  readonly proxy: string | undefined
  readonly limits?: Partial<Limits>
}

/** What comes before a body. */
export interface ReplyHead {
  readonly status: number
  /** Names in lower case; repeated ones joined by a comma. */
  readonly headers: Readonly<Record<string, string>>
}

export interface HttpReply<T = Buffer> extends ReplyHead {
  readonly body: T
}

/** The one way out of this process: TLS 1.2 or later, to the EHR's own origins, never redirected. */
export interface Transport {
  /** Any status but a redirect is an answer. Throws ChartkeepError: `offline`, `timeout`, `cancelled`, `untrusted-certificate`, `redirected`, `too-large`, `server`. */
  request(call: HttpCall): Promise<HttpReply>
  /** The same, with a body that is read as it comes, by what its head asks for. */
  stream<T>(call: HttpCall, reader: (head: ReplyHead) => BodyReader<T>): Promise<HttpReply<T>>
  /** The same for libraries that want `fetch`; takes text, bytes or form parameters as body. */
  fetch(url: string | URL, init?: FetchInit): Promise<Response>
  /** Ends every connection at once. */
  close(): Promise<void>
}

/** The part of `RequestInit` that is honoured. */
interface FetchInit {
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

  async function stream<T>(call: HttpCall, reader: (head: ReplyHead) => BodyReader<T>): Promise<HttpReply<T>> {
    const url = URL.canParse(call.url) ? new URL(call.url) : undefined
    if (url === undefined || !origins.has(url.origin) || url.username !== '' || url.password !== '') throw new ChartkeepError('redirected')
    const sendingMs = call.sendingMs ?? 0
    const whole = AbortSignal.timeout(Math.max(0, Math.min(call.withinMs ?? Infinity, limits.connectMs + sendingMs + limits.headersMs + limits.bodyMs)))
    // Undici waits anew with each piece of a head; a head that never ends must.
    const head = new AbortController()
    const headTimer = setTimeout(() => head.abort(), limits.connectMs + sendingMs + limits.headersMs)
    const signal = AbortSignal.any([whole, head.signal, ...(call.signal ? [call.signal] : [])])
    try {
      if (call.signal?.aborted) throw new ChartkeepError('cancelled')
      const asked = dispatcher.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method: call.method,
        headers: { 'accept-encoding': 'gzip', ...lowerCased(call.headers ?? {}), ...keyHeader(call) },
        body: typeof call.body === 'function' ? Readable.from(call.body()) : (call.body ?? null),
        headersTimeout: limits.headersMs + sendingMs,
        signal,
      })
      const answer = await unlessAborted(asked, signal)
      clearTimeout(headTimer)
      const { statusCode: status, body } = answer
      const headers = flat(answer.headers)
      try {
        if (redirects.has(status)) throw new ChartkeepError('redirected')
        if (Number(headers['content-length']) > limits.maxBytes) throw new ChartkeepError('too-large')
        return { status, headers, body: await readBody(unpacked(body, headers['content-encoding'], limits.maxBytes), reader({ status, headers })) }
      } finally {
        // Nothing happens to one that was read to its end; the connection of another is not used again.
        body.on('error', () => undefined).destroy()
      }
    } catch (error) {
      if (call.signal?.aborted) throw new ChartkeepError('cancelled')
      if (whole.aborted || head.signal.aborted) throw new ChartkeepError('timeout')
      throw networkFailure(error)
    } finally {
      clearTimeout(headTimer)
    }
  }

  const request = (call: HttpCall) => stream(call, () => collected(limits.maxBytes))

  return {
    request,
    stream,
    async fetch(url, init = {}) {
      const { body, type } = fetchBody(init.body)
      const headers = Object.fromEntries(new Headers(init.headers))
      const method = httpMethod(init.method ?? 'GET')
      const reply = await request({
        // What a library sends is its own to repeat: a token request that was answered must not be sent again.
        ...(method === 'GET' || method === 'HEAD' ? { method } : { method, repeat: 'never' }),
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

/** Requests to an origin at the same time. */
const atOnce = 6

function createDispatcher(parts: TransportParts, limits: Limits): Dispatcher {
  const trust = {
    ...trustOptions(parts),
    timeout: limits.connectMs,
    // A resumed TLS session skips `checkServerIdentity`, and one may be kept from a handshake that the pins refused.
    maxCachedSessions: 0,
  }
  // As many as real servers bear of one client (ADR 0047); what is asked beyond that waits its turn.
  const pool = { connections: atOnce, pipelining: 1, headersTimeout: limits.headersMs, bodyTimeout: limits.bodyMs, keepAliveTimeout: 30_000, allowH2: false }
  return parts.proxy === undefined
    ? new Agent({ ...pool, connect: trust })
    : new ProxyAgent({ ...pool, uri: parts.proxy, requestTls: trust, connect: { timeout: limits.connectMs } })
}

/** Undici hears an abort only once a request has its connection: one that waits behind others must not wait for them. */
async function unlessAborted(asked: Promise<Dispatcher.ResponseData>, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
  let abort: () => void = () => undefined
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => reject(new ChartkeepError('cancelled'))
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) abort()
  })
  try {
    return await Promise.race([asked, aborted])
  } catch (error) {
    // Should it come all the same, nobody reads it.
    asked.then((answer) => answer.body.on('error', () => undefined).destroy()).catch(() => undefined)
    throw error
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

function httpsOrigin(origin: string): string {
  const url = URL.canParse(origin) ? new URL(origin) : undefined
  if (url?.protocol !== 'https:') throw new ChartkeepError('invalid-input')
  return url.origin
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
