import type { TLSSocket } from 'node:tls'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type FailureKind, kindOf } from '../../shared/errors.ts'
import { createTransport, type HttpReply, type Transport } from '../../electron/transport/index.ts'
import { makeAuthority, makeServerCertificate } from '../../electron/transport/testing/certificates.ts'
import { type RawServer, startRawServer } from '../../electron/transport/testing/raw-server.ts'

let server: RawServer
let transport: Transport
let caPem: string
const limits = { connectMs: 1_000, headersMs: 100, bodyMs: 200, maxBytes: 5_000_000 }
/** What went wrong where nobody waited for it: the end of a process, if it were not for the test. */
const unheard: unknown[] = []
const hear = (error: unknown): void => void unheard.push(error)

beforeAll(async () => {
  const authority = await makeAuthority('hostile wire')
  caPem = authority.pem
  server = await startRawServer(await makeServerCertificate(authority))
  process.on('uncaughtException', hear).on('unhandledRejection', hear)
})
beforeEach(() => {
  transport = createTransport({ origins: [server.origin], caPem, pins: [], proxy: undefined, limits })
})
afterEach(() => transport.close())
afterAll(async () => {
  process.off('uncaughtException', hear).off('unhandledRejection', hear)
  await server.close()
})

const ask = () => transport.request({ method: 'GET', url: `${server.origin}/x` })
const ok = 'HTTP/1.1 200 OK\r\n'
const honest = `${ok}content-length: 5\r\n\r\nhello`

/** Writes the same for ever, as fast as it is taken. */
function endlessly(socket: TLSSocket, piece: string): void {
  const bytes = Buffer.from(piece.repeat(Math.ceil(16_384 / piece.length)), 'latin1')
  const more = (): void => {
    while (!socket.destroyed && socket.write(bytes));
    if (!socket.destroyed) socket.once('drain', () => setImmediate(more))
  }
  more()
}

interface Sent {
  readonly first: string | Buffer
  /** Comes after it, for ever. */
  readonly endless?: string
  /** The connection ends after it. */
  readonly ends?: boolean
}
type Expected = FailureKind | { readonly body: string } | 'any failure'

const cases: readonly (readonly [string, Sent, Expected])[] = [
  ['an answer without a head', { first: 'hello', ends: true }, 'any failure'],
  ['HTTP/1.0, which ends with the connection', { first: 'HTTP/1.0 200 OK\r\n\r\nhello', ends: true }, { body: 'hello' }],
  ['HTTP/1.0 with a length', { first: 'HTTP/1.0 200 OK\r\ncontent-length: 5\r\n\r\nhello', ends: true }, { body: 'hello' }],
  ['a version of HTTP that there is not', { first: 'HTTP/7.3 200 OK\r\ncontent-length: 5\r\n\r\nhello' }, 'any failure'],
  ['HTTP/2 that nobody asked for', { first: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' }, 'any failure'],
  ['a status of no class', { first: 'HTTP/1.1 000 Odd\r\ncontent-length: 0\r\n\r\n' }, 'any failure'],
  ['a status of five digits', { first: 'HTTP/1.1 20000 Odd\r\ncontent-length: 0\r\n\r\n' }, 'any failure'],
  ['"go on", to who has nothing to go on with', { first: `HTTP/1.1 100 Continue\r\n\r\n${honest}` }, 'any failure'],
  ['one early hint, and then the answer', { first: `HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n${honest}` }, { body: 'hello' }],
  ['hints without end', { first: '', endless: 'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n' }, 'timeout'],
  ['another protocol that nobody asked for', { first: 'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n' }, 'any failure'],
  ['a header of a megabyte', { first: `${ok}x: ${'x'.repeat(1_000_000)}\r\ncontent-length: 5\r\n\r\nhello` }, 'too-large'],
  ['a header name without end', { first: ok, endless: 'x' }, 'too-large'],
  ['headers without end', { first: ok, endless: 'x: y\r\n' }, 'too-large'],
  ['a reason without end', { first: 'HTTP/1.1 200 ', endless: 'OK' }, 'timeout'],
  ['headers named as every object has members', { first: `${ok}__proto__: a\r\n__proto__: b\r\nconstructor: c\r\ntostring: d\r\nhasownproperty: e\r\ncontent-length: 5\r\n\r\nhello` }, { body: 'hello' }],
  ['a header without a colon', { first: `${ok}content-length 5\r\n\r\nhello` }, 'any failure'],
  ['a header with a zero byte', { first: `${ok}x: a\0b\r\ncontent-length: 5\r\n\r\nhello` }, 'any failure'],
  ['lines that end in a bare carriage return', { first: 'HTTP/1.1 200 OK\rcontent-length: 5\r\rhello' }, 'any failure'],
  ['two lengths', { first: `${ok}content-length: 5\r\ncontent-length: 4\r\n\r\nhello` }, 'any failure'],
  ['a length of less than nothing', { first: `${ok}content-length: -5\r\n\r\nhello` }, 'any failure'],
  ['a length beyond all numbers', { first: `${ok}content-length: 99999999999999999999999\r\n\r\nhello` }, 'any failure'],
  ['a length of a terabyte', { first: `${ok}content-length: 1099511627776\r\n\r\nhello` }, 'too-large'],
  ['more than its length', { first: `${honest} and more`, ends: true }, { body: 'hello' }],
  ['less than its length', { first: `${ok}content-length: 500\r\n\r\nhello`, ends: true }, 'offline'],
  ['a length and pieces', { first: `${ok}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n` }, 'any failure'],
  ['a piece that says it has 2^64 bytes', { first: `${ok}transfer-encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\nhello` }, 'any failure'],
  ['a piece of a size that is no number', { first: `${ok}transfer-encoding: chunked\r\n\r\n-5\r\nhello` }, 'any failure'],
  ['pieces of a byte, without end', { first: `${ok}transfer-encoding: chunked\r\n\r\n`, endless: '1\r\nx\r\n' }, 'any failure'],
  ['remarks on a piece, without end', { first: `${ok}transfer-encoding: chunked\r\n\r\n5;`, endless: 'x' }, 'timeout'],
  ['trailers', { first: `${ok}transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nx: y\r\n\r\n` }, { body: 'hello' }],
  ['trailers without end', { first: `${ok}transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n`, endless: 'x: y\r\n' }, 'any failure'],
  ['a way to send that nobody knows, to the end of the connection', { first: `${ok}transfer-encoding: rot13\r\n\r\nhello`, ends: true }, { body: 'hello' }],
  ['nothing, with "no content"', { first: 'HTTP/1.1 204 No Content\r\n\r\n' }, { body: '' }],
  ['something, with "no content"', { first: 'HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\nhello' }, 'server'],
  ['packed, in capitals', { first: Buffer.concat([Buffer.from(`${ok}content-encoding: GZIP\r\n\r\n`), gzipSync('hello')]), ends: true }, { body: 'hello' }],
  ['packed by its old name', { first: Buffer.concat([Buffer.from(`${ok}content-encoding: x-gzip\r\n\r\n`), gzipSync('hello')]), ends: true }, { body: 'hello' }],
  ['packed twice', { first: Buffer.concat([Buffer.from(`${ok}content-encoding: gzip, gzip\r\n\r\n`), gzipSync(gzipSync('hello'))]), ends: true }, 'server'],
  ['packed, it says, and is not', { first: `${ok}content-encoding: gzip\r\ncontent-length: 5\r\n\r\nhello` }, 'server'],
  ['packed in many parts, one after another', { first: Buffer.concat([Buffer.from(`${ok}content-encoding: gzip\r\n\r\n`), gzipSync('hel'), gzipSync('lo')]), ends: true }, { body: 'hello' }],
  ['packed in parts of nothing, without end', { first: `${ok}content-encoding: gzip\r\n\r\n`, endless: gzipSync('').toString('latin1') }, 'too-large'],
  ['packed, a whole and then rubbish', { first: Buffer.concat([Buffer.from(`${ok}content-encoding: gzip\r\n\r\n`), gzipSync('hello'), Buffer.alloc(100, 7)]), ends: true }, 'server'],
] // prettier-ignore

describe('a hostile EHR sends', () => {
  it.each(cases)('%s: it is read or refused, in time, and nothing else suffers', async (_name, { first, endless, ends }, expected) => {
    server.answerWith((socket) => {
      socket.write(first)
      if (endless !== undefined) endlessly(socket, endless)
      if (ends === true) socket.end()
    })
    const before = process.memoryUsage().rss
    const began = performance.now()
    const outcome = await ask().then((reply: HttpReply) => ({ body: reply.body.toString() }), kindOf)
    const took = performance.now() - began

    if (expected === 'any failure') expect(outcome).toSatisfy((found) => typeof found === 'string' && found !== 'internal')
    else expect(outcome).toEqual(expected)
    expect(took).toBeLessThan(limits.connectMs + limits.headersMs + limits.bodyMs + 1_000)
    expect((process.memoryUsage().rss - before) / 1024 / 1024).toBeLessThan(100)

    server.answerWith((socket) => void socket.write(honest))
    expect((await ask()).body.toString()).toBe('hello')
    expect(unheard).toEqual([])
  })
})

describe('what may have been done already', () => {
  it.each(['before a word', 'within the head', 'within the body'])('is sent once by the transport, on a fresh connection and on a kept one, when it ends %s', async (when) => {
    const part = { 'before a word': '', 'within the head': 'HTTP/1.1 201 Crea', 'within the body': 'HTTP/1.1 201 Created\r\ncontent-length: 50\r\n\r\nhalf' }[when] ?? ''
    for (const isKept of [false, true]) {
      if (isKept) {
        server.answerWith((socket) => void socket.write(honest))
        await ask()
      }
      const asked: string[] = []
      server.answerWith((socket, line) => {
        if (/^[A-Z]+ /.test(line)) asked.push(line)
        socket.end(part)
      })
      for (const method of ['POST', 'PUT', 'DELETE'] as const) {
        asked.length = 0
        expect(await transport.request({ method, url: `${server.origin}/x`, repeat: 'never', body: '{}' }).then(() => 'answered', kindOf)).toBe('offline')
        expect(asked).toEqual([`${method} /x HTTP/1.1`])
      }
    }
  })
})
