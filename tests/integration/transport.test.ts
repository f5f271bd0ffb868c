import { once } from 'node:events'
import { createServer as createProxy } from 'node:http'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { type HttpCall, mayRepeat } from '../../electron/transport/index.ts'
import { authority, closers, failure, other, pinOf, server, transport } from './transport/wire.ts'

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
