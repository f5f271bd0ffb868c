import { Readable } from 'node:stream'
import { ChartkeepError } from '../../../shared/errors.ts'
import type { HttpCall, Transport } from '../../transport/index.ts'

/** The part of the SDK's request that is used (`HttpRequest` of @smithy/types). */
interface SdkRequest {
  readonly protocol: string
  readonly hostname: string
  readonly port?: number | undefined
  readonly path: string
  readonly query?: Readonly<Record<string, string | readonly string[] | null>> | undefined
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** The SDK's requests by the one way out (ADR 0040): its trust, its time-outs, its proxy, and no redirect. */
export function overTransport(transport: Transport) {
  return {
    async handle(request: SdkRequest, { abortSignal }: { readonly abortSignal?: unknown } = {}) {
      const { protocol, hostname, port, path, query = {}, method } = request
      const parameters = Object.entries(query).flatMap(([name, value]) => [value ?? ''].flat().map((each) => `${encodeURIComponent(name)}=${encodeURIComponent(each)}`))
      // The body is sent at once, whether it is wanted or not.
      const { expect: _, Expect: __, ...headers } = request.headers
      const url = `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}${parameters.length === 0 ? '' : `?${parameters.join('&')}`}`
      const reply = await transport.request({ url, headers, ...callOf(method, request.body), ...(abortSignal instanceof AbortSignal ? { signal: abortSignal } : {}) })
      // It was unpacked on the way.
      const { 'content-encoding': ___, ...told } = reply.headers
      return { response: { statusCode: reply.status, headers: told, body: Readable.from([reply.body]) } }
    },
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  }
}

/** What is sent is read or put under a name that nothing else has: asked twice, it is done once. */
function callOf(method: string, body: unknown): Pick<HttpCall, 'method'> & { readonly repeat: 'never'; readonly body?: string | Uint8Array } | { readonly method: 'GET' } {
  if (method === 'GET') return { method }
  if (method === 'PUT' && (typeof body === 'string' || body instanceof Uint8Array)) return { method, repeat: 'never', body }
  throw new ChartkeepError('invalid-input')
}
