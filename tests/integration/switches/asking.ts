import { request as beginRequest } from 'node:https'
import { connect } from 'node:tls'
import { Agent, request } from 'undici'
import type { Sandbox } from '../../../sandbox/server.ts'

export interface Heard {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly bytes: Buffer
  readonly text: string
  /** The body as JSON. Throws where it is none. */
  json(): Json
}

/** As a test looks into it: no shape is taken for granted but by the test's own expectation. */
export type Json = { readonly [key: string]: unknown }

/** Somebody who asks the sandbox and takes whatever comes, as no client should. */
export interface Asker {
  /** Below the base of the FHIR API, or from the root. A connection of its own for each. */
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Heard>
  post(path: string, body: string, type?: string): Promise<Heard>
  /** Begins a posted search whose form does not come. */
  begin(path: string): { leave(): void }
  /** What is on the wire, to the end of the connection, or until `enough` says so. */
  wire(path: string, enough?: (text: string) => boolean): Promise<{ readonly text: string; readonly isEnded: boolean; readonly pieces: number }>
}

export function openAsker(sandbox: Pick<Sandbox, 'baseUrl' | 'fhirBase' | 'caPem'>, token: () => string): Asker {
  async function ask(method: 'GET' | 'POST', path: string, headers: Readonly<Record<string, string>>, body?: string): Promise<Heard> {
    const dispatcher = new Agent({ connect: { ca: sandbox.caPem } })
    try {
      const url = path.startsWith('/') ? `${sandbox.baseUrl}${path}` : `${sandbox.fhirBase}/${path}`
      const answer = await request(url, { method, dispatcher, headers: { authorization: `Bearer ${token()}`, ...headers }, body: body ?? null })
      const bytes = Buffer.from(await answer.body.arrayBuffer())
      const text = bytes.toString('utf8')
      return { status: answer.statusCode, headers: answer.headers, bytes, text, json: () => JSON.parse(text) }
    } finally {
      await dispatcher.destroy()
    }
  }

  return {
    get: (path, headers = {}) => ask('GET', path, headers),
    post: (path, body, type = 'application/fhir+json') => ask('POST', path, { 'content-type': type }, body),
    begin(path) {
      const headers = { authorization: `Bearer ${token()}`, 'content-type': 'application/x-www-form-urlencoded', 'content-length': '100' }
      const begun = beginRequest(`${sandbox.fhirBase}/${path}`, { method: 'POST', ca: sandbox.caPem, headers })
      begun.on('error', () => undefined)
      begun.write('name=')
      return { leave: () => void begun.destroy() }
    },
    wire: (path, enough = () => false) =>
      new Promise((resolve, reject) => {
        const { hostname, port } = new URL(sandbox.baseUrl)
        const { pathname } = new URL(sandbox.fhirBase)
        const socket = connect({ host: hostname, port: Number(port), ca: sandbox.caPem }, () => {
          socket.write(`GET ${pathname}/${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAuthorization: Bearer ${token()}\r\n\r\n`)
        })
        let text = ''
        let pieces = 0
        const done = (isEnded: boolean): void => {
          socket.destroy()
          resolve({ text, isEnded, pieces })
        }
        socket.setEncoding('latin1').on('data', (piece: string) => {
          text += piece
          pieces += 1
          if (enough(text)) done(false)
        })
        socket.on('end', () => done(true)).on('close', () => done(true)).on('error', reject)
      }),
  }
}
