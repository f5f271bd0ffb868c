import { timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { ChartkeepError } from '../../shared/errors.ts'
import { loopbackHeaders, loopbackPage } from './loopback-page.ts'
import { redirectPath } from './sign-in-page.ts'

/** How long a person has to sign in. Milliseconds. */
const defaultPatienceMs = 300_000

export interface Loopback {
  readonly redirectUri: string
  /** Resolves with the first answer that carries this state. Rejects `cancelled` when closed, `sign-in-expired` in the end. */
  answer(state: string): Promise<string>
  /** Listens no more. */
  close(): void
}

/**
 * Listens for the browser's answer (RFC 8252 §7.3): on 127.0.0.1 alone, for one GET of one path with one state.
 * Anything else is refused and does not end the wait, so that a page that guesses the port can neither slip in an
 * answer nor stop the sign-in. `port` 0 takes any that is free. Rejects `sign-in-port` when the port is taken.
 */
export async function openLoopback(port: number, patienceMs: number = defaultPatienceMs): Promise<Loopback> {
  const server = createServer({ maxHeaderSize: 16_384, requestTimeout: 5_000, headersTimeout: 5_000 })
  let expected: string | undefined
  let settle: { resolve(url: string): void; reject(error: ChartkeepError): void } | undefined
  let timer: NodeJS.Timeout | undefined

  const host = `127.0.0.1:${await listen(server, port)}`

  server.on('request', (request, response) => {
    const url = answerOf(request, host, expected)
    if (url === undefined) {
      response.writeHead(request.method === 'GET' ? 404 : 405, loopbackHeaders).end(loopbackPage('stray'))
      return
    }
    const page = loopbackPage(url.searchParams.has('error') ? 'declined' : 'answered')
    const accepted = settle
    settle = undefined
    expected = undefined
    // The page first: once the promise is settled, the server is closed.
    response.writeHead(200, loopbackHeaders).end(page, () => accepted?.resolve(url.href))
  })

  function close(): void {
    clearTimeout(timer)
    settle?.reject(new ChartkeepError('cancelled'))
    settle = undefined
    server.close()
    server.closeIdleConnections()
  }

  return {
    redirectUri: `http://${host}${redirectPath}`,
    answer: (state) =>
      new Promise((resolve, reject) => {
        expected = state
        settle = { resolve, reject }
        timer = setTimeout(() => {
          settle = undefined
          reject(new ChartkeepError('sign-in-expired'))
          close()
        }, patienceMs)
      }),
    close,
  }
}

/** Listens, and gives the port. */
async function listen(server: Server, port: number): Promise<number> {
  server.listen({ host: '127.0.0.1', port, exclusive: true })
  try {
    await once(server, 'listening')
  } catch (error) {
    throw new ChartkeepError('sign-in-port', {}, { cause: error })
  }
  const address = server.address()
  if (address === null || typeof address === 'string') throw new ChartkeepError('internal')
  return address.port
}

/** The URL of a request that may be the answer. The host is checked, so that no name made to point here passes (DNS rebinding). */
function answerOf(request: IncomingMessage, host: string, expected: string | undefined): URL | undefined {
  if (request.method !== 'GET' || request.headers.host !== host || expected === undefined) return undefined
  const path = request.url ?? ''
  if (!path.startsWith(`${redirectPath}?`) || path.length > 8_192) return undefined
  const url = new URL(path, `http://${host}`)
  const states = url.searchParams.getAll('state')
  return states.length === 1 && isSame(states[0] ?? '', expected) ? url : undefined
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
