import { X509Certificate as NodeCertificate } from 'node:crypto'
import { createServer, request } from 'node:https'
import { describe, expect, it } from 'vitest'
import { createAuthority, isGoodFor, issueServerCertificate, type KeyedCertificate, pinOf } from '../../sandbox/tls/authority.ts'

const now = Date.UTC(2026, 0, 15)
const day = 24 * 60 * 60 * 1000

async function askOver(server: KeyedCertificate, ca: string): Promise<string> {
  const listening = createServer({ cert: server.certificate, key: server.key }, (_request, response) => response.end('ok'))
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
  const address = listening.address()
  if (address === null || typeof address === 'string') throw new Error('not on TCP')
  const { port } = address
  try {
    return await new Promise<string>((resolve, reject) => {
      request({ host: '127.0.0.1', port, ca, agent: false }, (response) => {
        response.resume().on('end', () => resolve('ok'))
      })
        .on('error', (error: NodeJS.ErrnoException) => (error.code ? resolve(error.code) : reject(error)))
        .end()
    })
  } finally {
    await new Promise((resolve) => listening.close(resolve))
  }
}

describe('the sandbox authority', () => {
  it('vouches for the server to a client that trusts it @164.312(e)(1)', async () => {
    const authority = await createAuthority('Test', Date.now())
    expect(await askOver(await issueServerCertificate(authority, Date.now()), authority.certificate)).toBe('ok')
  })

  it('does not vouch for a server of another authority', async () => {
    const [ours, theirs] = [await createAuthority('Ours', Date.now()), await createAuthority('Theirs', Date.now())]
    expect(await askOver(await issueServerCertificate(theirs, Date.now()), ours.certificate)).not.toBe('ok')
  })

  it('may speak for loopback names alone, so that a stolen key impersonates nobody', async () => {
    const authority = new NodeCertificate((await createAuthority('Test', now)).certificate)
    const der = authority.raw.toString('hex')
    expect(der).toContain('0603551d1e0101ff') // nameConstraints, critical
    expect(authority.ca).toBe(true)
  })

  it('names 127.0.0.1 and localhost, and nothing else', async () => {
    const { certificate } = await issueServerCertificate(await createAuthority('Test', now), now)
    expect(new NodeCertificate(certificate).subjectAltName).toBe('IP Address:127.0.0.1, DNS:localhost')
  })

  it('issues for 30 days, so that ten days before the end it is renewed', async () => {
    const { certificate } = await issueServerCertificate(await createAuthority('Test', now), now)
    expect(isGoodFor(certificate, 10, now + 19 * day)).toBe(true)
    expect(isGoodFor(certificate, 10, now + 21 * day)).toBe(false)
    expect(isGoodFor('not a certificate', 10, now)).toBe(false)
  })

  it('is pinned by its key, as openssl hashes it', async () => {
    const { certificate } = await createAuthority('Test', now)
    const { publicKey } = new NodeCertificate(certificate)
    const { createHash } = await import('node:crypto')
    const spki = publicKey.export({ type: 'spki', format: 'der' })
    expect(pinOf(certificate)).toBe(`sha256/${createHash('sha256').update(spki).digest('base64')}`)
  })
})
