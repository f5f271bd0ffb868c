import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { dirname, join } from 'node:path'
import { Agent, request } from 'undici'
import { z } from 'zod'
import type { Ehr } from './ehr.ts'

/** What comes back from the EHR, on its way to the workstation. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A question that the workstation asks. */
export interface Question {
  /** Path and query, e.g. `/fhir/R4/Condition?patient=…`; the form of a `_search` follows as a query. */
  readonly path: string
}

export interface LyingProxy {
  /** Switches of Chromium that make it, and what asks it for a proxy, go this way. */
  readonly args: readonly string[]
  /** From now on each answer is what this makes of it; undefined leaves it as it is. */
  lie(how: (question: Question, answer: Answer) => Answer | undefined): void
  honest(): void
  close(): Promise<void>
}

const Identity = z.object({ authority: z.object({ certificate: z.string() }), server: z.object({ certificate: z.string(), key: z.string() }) })

/**
 * A proxy in front of the sandbox that holds its keys: what an EHR that was broken into, or that is broken, could send.
 * Certificates and pins hold, so nothing but what is in the answers can give it away.
 */
export async function openLyingProxy(ehr: Ehr): Promise<LyingProxy> {
  const folder = dirname(ehr.place.usersFile)
  const { authority, server } = Identity.parse(JSON.parse(await readFile(join(folder, 'tls.json'), 'utf8')))
  const dispatcher = new Agent({ connect: { ca: authority.certificate } })
  let lie: Parameters<LyingProxy['lie']>[0] = () => undefined

  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const chunks: Buffer[] = []
    // Without an encoding a request gives buffers.
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk)
    const body = Buffer.concat(chunks)
    const { 'accept-encoding': _packed, connection: _connection, ...headers } = incoming.headers
    const method = z.enum(['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS']).parse(incoming.method)
    const path = incoming.url ?? '/'
    const real = await request(`${ehr.place.baseUrl}${path}`, { method, headers, dispatcher, ...(body.length > 0 ? { body } : {}) })
    const told = Object.entries(real.headers).filter(([name]) => !['transfer-encoding', 'connection', 'content-length'].includes(name))
    const text = await real.body.text()
    const form = path.includes('_search') ? `?${body.toString()}` : ''
    const flat = Object.fromEntries(told.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])))
    const lied = path.startsWith('/fhir/') ? lie({ path: path + form }, { status: real.statusCode, headers: flat, body: text }) : undefined
    if (lied) outgoing.writeHead(lied.status, { ...lied.headers, 'content-length': Buffer.byteLength(lied.body) }).end(lied.body)
    // Several cookies are several headers.
    else outgoing.writeHead(real.statusCode, Object.fromEntries(told)).end(text)
  }
  const inner = createHttpsServer({ cert: server.certificate + authority.certificate, key: server.key }, (incoming, outgoing) => {
    answer(incoming, outgoing).catch(() => outgoing.destroy())
  })
  const outer = createHttpServer()
  outer.on('connect', (_request, socket) => {
    socket.on('error', () => socket.destroy())
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
    inner.emit('connection', socket)
  })
  outer.listen(0, '127.0.0.1')
  await once(outer, 'listening')
  const address = outer.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy does not listen on TCP')
  return {
    // Loopback goes past a proxy unless it is told otherwise.
    args: [`--proxy-server=http://127.0.0.1:${address.port}`, '--proxy-bypass-list=<-loopback>'],
    lie: (how) => {
      lie = how
    },
    honest: () => {
      lie = () => undefined
    },
    close: async () => {
      inner.closeAllConnections()
      outer.close()
      await dispatcher.destroy()
    },
  }
}
