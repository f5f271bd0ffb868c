import { once } from 'node:events'
import { createServer as createProxy } from 'node:http'
import { connect, createServer as createTcp } from 'node:net'
import { X509Certificate } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ChartkeepError, kindOf } from '../../shared/errors.ts'
import { createTransport, type HttpCall, mayRepeat, spkiPin, type Transport, type TransportParts } from '../../electron/transport/index.ts'
import { type Issued, makeAuthority, makeImpostor, makeServerCertificate } from '../../electron/transport/testing/certificates.ts'
import { startTlsServer, type TlsServer } from '../../electron/transport/testing/tls-server.ts'

const pinOf = (pem: string) => spkiPin(new X509Certificate(pem))

let authority: Issued
let other: Issued
let certificate: Issued
let server: TlsServer
const closers: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  authority = await makeAuthority('authority')
  other = await makeAuthority('another authority')
  certificate = await makeServerCertificate(authority)
  server = await startTlsServer(certificate)
})
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})
afterAll(() => server.close())

function transport(parts: Partial<TransportParts> = {}): Transport {
  const made = createTransport({ origins: [server.origin], caPem: authority.pem, pins: [], proxy: undefined, ...parts })
  closers.push(() => made.close())
  return made
}

async function serve(issued: Issued, options: Parameters<typeof startTlsServer>[1] = {}): Promise<TlsServer> {
  const made = await startTlsServer(issued, options)
  closers.push(() => made.close())
  return made
}

async function failure(act: () => unknown): Promise<string> {
  try {
    await act()
  } catch (error) {
    return kindOf(error)
  }
  return 'none'
}

describe('whom the transport talks to @164.312(e)(1)', () => {
  it('reads an answer from a server whose authority the policy names', async () => {
    server.answerWith((_request, response) => response.writeHead(200, { etag: 'W/"1"' }).end('hello'))
    const reply = await transport().request({ method: 'GET', url: `${server.origin}/x` })
    expect({ status: reply.status, etag: reply.headers['etag'], text: reply.body.toString() }).toEqual({ status: 200, etag: 'W/"1"', text: 'hello' })
  })

  it.each(['its own key', "its authority's key"])('accepts a pin of %s', async (which) => {
    const pins = [pinOf(which === 'its own key' ? certificate.pem : authority.pem)]
    expect((await transport({ pins }).request({ method: 'GET', url: server.origin })).status).toBe(200)
  })

  it('refuses a trusted certificate outside the pins, also when it is tried again', async () => {
    const pinned = transport({ pins: [pinOf(other.pem)] })
    for (let attempt = 0; attempt < 3; attempt += 1) {
      expect(await failure(() => pinned.request({ method: 'GET', url: server.origin }))).toBe('untrusted-certificate')
    }
  })

  it('refuses a pinned key that was merely sent along and signed nothing', async () => {
    const impostor = await makeImpostor(authority.subject, other)
    const hostile = await serve(certificate, { extraChain: [impostor] })
    const pinned = transport({ origins: [hostile.origin], pins: [pinOf(other.pem)] })
    expect(await failure(() => pinned.request({ method: 'GET', url: hostile.origin }))).toBe('untrusted-certificate')
  })

  it.each([
    ['of an unknown authority', () => makeServerCertificate(other)],
    ['of another host', () => makeServerCertificate(authority, { host: 'elsewhere.example' })],
    ['of another address', () => makeServerCertificate(authority, { ip: '127.0.0.2' })],
    ['that has expired', () => makeServerCertificate(authority, { notAfter: new Date(Date.now() - 60_000) })],
  ])('refuses a certificate %s', async (_name, make) => {
    const hostile = await serve(await make())
    expect(await failure(() => transport({ origins: [hostile.origin] }).request({ method: 'GET', url: hostile.origin }))).toBe('untrusted-certificate')
  })

  it('refuses a certificate of another host to many who ask at once, each time, and answers them when it is right again', async () => {
    const hostile = await serve(await makeServerCertificate(authority, { host: 'elsewhere.example' }))
    const asked = transport({ origins: [hostile.origin, server.origin] })
    for (let round = 0; round < 2; round += 1) {
      const failures = await Promise.all(Array.from({ length: 12 }, () => failure(() => asked.request({ method: 'GET', url: hostile.origin }))))
      expect(failures).toEqual(failures.map(() => 'untrusted-certificate'))
    }
  })

  it('refuses what is older than TLS 1.2', async () => {
    const old = await serve(certificate, { maxVersion: 'TLSv1.1' })
    expect(await failure(() => transport({ origins: [old.origin] }).request({ method: 'GET', url: old.origin }))).toBe('untrusted-certificate')
  })

  it('refuses an authority bundle without a certificate, which would otherwise mean the default ones', async () => {
    for (const caPem of ['', 'no certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----']) {
      expect(await failure(() => transport({ caPem }))).toBe('untrusted-certificate')
    }
  })

  it('refuses a plain http origin', async () => {
    expect(await failure(() => transport({ origins: ['http://127.0.0.1'] }))).toBe('invalid-input')
  })

  it('goes nowhere but to the origins it was made for', async () => {
    for (const url of ['https://127.0.0.1:1/x', 'https://elsewhere.example/', server.origin.replace('https', 'http'), 'file:///etc/passwd', 'x', server.origin.replace('127', 'user:word@127')]) {
      expect(await failure(() => transport().request({ method: 'GET', url }))).toBe('redirected')
    }
  })

  it.each([301, 302, 303, 307, 308])('does not follow a redirect (%i), even to itself', async (status) => {
    server.answerWith((_request, response) => response.writeHead(status, { location: '/elsewhere' }).end())
    expect(await failure(() => transport().request({ method: 'GET', url: server.origin }))).toBe('redirected')
  })
})

describe('what the transport puts up with', () => {
  it('ends a wait when the person cancels', async () => {
    const abort = new AbortController()
    server.answerWith(() => abort.abort())
    expect(await failure(() => transport().request({ method: 'GET', url: server.origin, signal: abort.signal }))).toBe('cancelled')
    expect(await failure(() => transport().request({ method: 'GET', url: server.origin, signal: abort.signal }))).toBe('cancelled')
  })

  it('ends a wait that has not yet got a connection', async () => {
    server.answerWith(() => undefined)
    const busy = transport()
    const held = new AbortController()
    const holding = Array.from({ length: 8 }, () => failure(() => busy.request({ method: 'GET', url: server.origin, signal: held.signal })))
    const abort = new AbortController()
    const behind = failure(() => busy.request({ method: 'GET', url: server.origin, signal: abort.signal }))
    abort.abort()
    expect(await behind).toBe('cancelled')
    expect(await failure(() => busy.request({ method: 'GET', url: server.origin, withinMs: 50 }))).toBe('timeout')
    held.abort()
    expect(await Promise.all(holding)).toEqual(Array(8).fill('cancelled'))
  })

  it('gives up on a server that never answers', async () => {
    server.answerWith(() => undefined)
    expect(await failure(() => transport({ limits: { headersMs: 50 } }).request({ method: 'GET', url: server.origin }))).toBe('timeout')
  })

  it('gives up on a server that sends a byte now and then for ever', async () => {
    let drip: NodeJS.Timeout | undefined
    server.answerWith((_request, response) => {
      response.writeHead(200)
      drip = setInterval(() => response.write('x'), 10)
    })
    const patient = transport({ limits: { connectMs: 50, headersMs: 100, bodyMs: 150 } })
    expect(await failure(() => patient.request({ method: 'GET', url: server.origin }))).toBe('timeout')
    clearInterval(drip)
  })

  it('gives up on a head that never ends, though a piece of it comes now and then', async () => {
    let drip: NodeJS.Timeout | undefined
    server.answerWith((request) => {
      request.socket.write('HTTP/1.1 200 OK\r\n')
      drip = setInterval(() => request.socket.write('x-more: x\r\n'), 10)
    })
    const patient = transport({ limits: { connectMs: 50, headersMs: 150, bodyMs: 60_000 } })
    expect(await failure(() => patient.request({ method: 'GET', url: server.origin }))).toBe('timeout')
    clearInterval(drip)
  })

  it('gives up earlier where the call has less time', async () => {
    server.answerWith(() => undefined)
    expect(await failure(() => transport().request({ method: 'GET', url: server.origin, withinMs: 50 }))).toBe('timeout')
  })

  it('refuses a head that is too large', async () => {
    server.answerWith((_request, response) => response.writeHead(200, { 'x-more': 'x'.repeat(20_000) }).end('ok'))
    expect(await failure(() => transport().request({ method: 'GET', url: server.origin }))).toBe('too-large')
  })

  it('does not begin to read what is announced as too large', async () => {
    let ended = false
    server.answerWith((request, response) => {
      request.socket.on('close', () => (ended = true))
      response.writeHead(200, { 'content-length': '10000001' }).write('x')
    })
    expect(await failure(() => transport({ limits: { maxBytes: 10_000_000 } }).request({ method: 'GET', url: server.origin }))).toBe('too-large')
    await expect.poll(() => ended).toBe(true)
  })

  it('hands a body on as it comes, and hangs up when the reader has had enough', async () => {
    let sent = 0
    let ended = false
    server.answerWith((request, response) => {
      request.socket.on('close', () => (ended = true))
      const more = (): void => {
        sent += 100_000
        if (response.write(Buffer.alloc(100_000))) setImmediate(more)
        else response.once('drain', more)
      }
      more()
    })
    let taken = 0
    const reply = await transport().stream({ method: 'GET', url: server.origin }, () => ({
      take: (piece) => ((taken += piece.length) > 1_000_000 ? 'enough' : 'more'),
      end: () => taken,
    }))
    expect(reply.body).toBeGreaterThan(1_000_000)
    await expect.poll(() => ended).toBe(true)
    expect(sent).toBeLessThan(20_000_000)
  })

  it('notices a bomb while it goes off', async () => {
    server.answerWith((_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(200_000_000))))
    let taken = 0
    const limited = { take: (piece: Buffer): 'more' => { if ((taken += piece.length) > 1_000_000) throw new ChartkeepError('too-large'); return 'more' }, end: () => taken }
    expect(await failure(() => transport().stream({ method: 'GET', url: server.origin }, () => limited))).toBe('too-large')
    expect(taken).toBeLessThan(2_000_000)
  })

  it('does not take the answer that was sent along with another for the next one', async () => {
    const own = await serve(certificate, {
      listener: (request, response) => {
        if (request.url !== '/1') return void response.end('mine')
        request.socket.write('HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\noneHTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nforged')
      },
    })
    const one = transport({ origins: [own.origin] })
    expect((await one.request({ method: 'GET', url: `${own.origin}/1` })).body.toString()).toBe('one')
    expect((await one.request({ method: 'GET', url: `${own.origin}/2` })).body.toString()).toBe('mine')
  })

  it('gives up on a host that accepts a connection and never shakes hands', async () => {
    const silent = createTcp(() => undefined).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    closers.push(async () => silent.close())
    const address = silent.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const origin = `https://127.0.0.1:${port}`
    expect(await failure(() => transport({ origins: [origin], limits: { connectMs: 50 } }).request({ method: 'GET', url: origin }))).toBe('timeout')
  })

  it('says offline when nobody listens, and when the name is unknown', async () => {
    const closed = await startTlsServer(certificate)
    await closed.close()
    expect(await failure(() => transport({ origins: [closed.origin] }).request({ method: 'GET', url: closed.origin }))).toBe('offline')
    const unknown = 'https://nowhere.invalid'
    expect(await failure(() => transport({ origins: [unknown] }).request({ method: 'GET', url: unknown }))).toBe('offline')
  })

  it('says offline when the server hangs up in the middle', async () => {
    server.answerWith((request, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('half')
      request.socket.destroy()
    })
    expect(await failure(() => transport().request({ method: 'GET', url: server.origin }))).toBe('offline')
  })

  it('stops reading what is too large, plain or packed', async () => {
    const small = transport({ limits: { maxBytes: 10_000 } })
    server.answerWith((_request, response) => response.end(Buffer.alloc(20_000, 'x')))
    expect(await failure(() => small.request({ method: 'GET', url: server.origin }))).toBe('too-large')
    server.answerWith((_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(5_000_000))))
    expect(await failure(() => small.request({ method: 'GET', url: server.origin }))).toBe('too-large')
  })

  it('unpacks a packed answer, and refuses a packing it does not know or that is broken', async () => {
    server.answerWith((_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('packed')))
    expect((await transport().request({ method: 'GET', url: server.origin })).body.toString()).toBe('packed')
    server.answerWith((_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('not gzip'))
    expect(await failure(() => transport().request({ method: 'GET', url: server.origin }))).toBe('server')
    server.answerWith((_request, response) => response.writeHead(200, { 'content-encoding': 'br' }).end('x'))
    expect(await failure(() => transport().request({ method: 'GET', url: server.origin }))).toBe('server')
  })

  it('keeps connections for the next request', async () => {
    const own = await serve(certificate)
    const reused = transport({ origins: [own.origin] })
    for (let i = 0; i < 5; i += 1) await reused.request({ method: 'GET', url: own.origin })
    // The pool may open a second one while the first is settling.
    expect(own.connections()).toBeLessThanOrEqual(2)
  })
})

describe('through a proxy', () => {
  async function startProxy(status = 200) {
    const asked: string[] = []
    const proxy = createProxy()
    proxy.on('connect', (request, socket) => {
      asked.push(request.url ?? '')
      if (status !== 200) {
        socket.end(`HTTP/1.1 ${status} No\r\n\r\n`)
        return
      }
      const { hostname, port } = new URL(`http://${request.url}`)
      const onward = connect(Number(port), hostname, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        onward.pipe(socket)
        socket.pipe(onward)
      })
      onward.on('error', () => socket.destroy())
      socket.on('error', () => onward.destroy())
    })
    proxy.listen(0, '127.0.0.1')
    await once(proxy, 'listening')
    closers.push(async () => {
      proxy.closeAllConnections()
      proxy.close()
    })
    const address = proxy.address()
    return { asked, url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}` }
  }

  it('reaches the server in a tunnel and holds the pins end to end', async () => {
    server.answerWith((_request, response) => response.end('ok'))
    const proxy = await startProxy()
    expect((await transport({ proxy: proxy.url, pins: [pinOf(authority.pem)] }).request({ method: 'GET', url: server.origin })).body.toString()).toBe('ok')
    expect(proxy.asked).toEqual([new URL(server.origin).host])
    const pinned = transport({ proxy: proxy.url, pins: [pinOf(other.pem)] })
    for (let i = 0; i < 2; i += 1) expect(await failure(() => pinned.request({ method: 'GET', url: server.origin }))).toBe('untrusted-certificate')
  })

  it('says offline when the proxy refuses or is not there', async () => {
    const refusing = await startProxy(407)
    expect(await failure(() => transport({ proxy: refusing.url }).request({ method: 'GET', url: server.origin }))).toBe('offline')
    expect(await failure(() => transport({ proxy: 'http://127.0.0.1:1' }).request({ method: 'GET', url: server.origin }))).toBe('offline')
  })
})

describe('as fetch', () => {
  it('sends a form and gives back a Response', async () => {
    server.answerWith((request, response) => {
      const parts: Buffer[] = []
      request.on('data', (part: Buffer) => parts.push(part))
      request.on('end', () => {
        response.writeHead(201, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
        response.end(gzipSync(JSON.stringify({ method: request.method, type: request.headers['content-type'], body: Buffer.concat(parts).toString() })))
      })
    })
    const response = await transport().fetch(new URL(server.origin), { method: 'post', body: new URLSearchParams({ a: '1 2' }), headers: new Headers({ accept: 'application/json' }) })
    expect(response.status).toBe(201)
    expect(await response.json()).toEqual({ method: 'POST', type: 'application/x-www-form-urlencoded;charset=UTF-8', body: 'a=1+2' })
  })

  it('gives back an answer without a body', async () => {
    server.answerWith((_request, response) => response.writeHead(204).end())
    expect((await transport().fetch(server.origin)).status).toBe(204)
  })
})

describe('whether a call may be sent again', () => {
  const url = 'https://ehr.example/'
  it.each<[string, HttpCall, boolean]>([
    ['a read may', { method: 'GET', url }, true],
    ['a search that is posted may', { method: 'POST', url, repeat: 'reads' }, true],
    ['a token request may not', { method: 'POST', url, repeat: 'never' }, false],
    ['a change may not, whatever HTTP says of its method', { method: 'PUT', url, repeat: 'never' }, false],
    ['a change with a key of its own may', { method: 'POST', url, repeat: { idempotencyKey: 'k-1' } }, true],
  ])('%s', (_name, call, may) => expect(mayRepeat(call)).toBe(may))

  it('is known to the server by the key that is sent along', async () => {
    server.answerWith((request, response) => response.end(request.headers['idempotency-key']))
    expect((await transport().request({ method: 'POST', url: server.origin, repeat: { idempotencyKey: 'k-1' } })).body.toString()).toBe('k-1')
  })
})
