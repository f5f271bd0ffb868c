import { once } from 'node:events'
import { createServer as createTcp } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { startTlsServer } from '../../electron/transport/testing/tls-server.ts'
import { ChartkeepError } from '../../shared/errors.ts'
import { certificate, closers, failure, serve, server, transport } from './transport/wire.ts'

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
