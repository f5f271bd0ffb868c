import { describe, expect, it } from 'vitest'
import { makeImpostor, makeServerCertificate } from '../../electron/transport/testing/certificates.ts'
import { authority, certificate, failure, other, pinOf, serve, server, transport } from './transport/wire.ts'

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
