import { request } from 'node:https'
import { connect } from 'node:tls'
import { afterEach, describe, expect, it } from 'vitest'
import { type Listener, openListener } from '../../sandbox/listener.ts'
import { createAuthority, issueServerCertificate } from '../../sandbox/tls/authority.ts'

const opened: Listener[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((listener) => listener.close()))
})

async function open(port = 0, preferred = 0) {
  const authority = await createAuthority('Test', Date.now())
  const listener = await openListener(await issueServerCertificate(authority, Date.now()), port, preferred)
  opened.push(listener)
  return { listener, ca: authority.certificate }
}

function statusOf(port: number, ca: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, ca, agent: false }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode))
    })
      .on('error', reject)
      .end()
  })
}

/** A handshake at one version: its session afterwards, or the error's code. */
function shake(port: number, ca: string, version: 'TLSv1.1' | 'TLSv1.2', session?: Buffer) {
  return new Promise<{ resumed: boolean; session: Buffer | undefined } | string>((resolve) => {
    const socket = connect(
      {
        host: '127.0.0.1',
        port,
        ca,
        minVersion: version,
        maxVersion: version,
        ciphers: 'DEFAULT@SECLEVEL=0', // so that it is the server who refuses an old version
        ...(session ? { session } : {}),
      },
      () => {
        const result = { resumed: socket.isSessionReused(), session: socket.getSession() }
        socket.end()
        resolve(result)
      },
    ).on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
  })
}

describe('the listener', () => {
  it('says that it is starting until it has routes, and then leaves the answer to them', async () => {
    const { listener, ca } = await open()
    expect(await statusOf(listener.port, ca)).toBe(503)
    listener.server.on('request', (_request, response) => response.writeHead(204).end())
    expect(await statusOf(listener.port, ca)).toBe(204)
  })

  it('takes the port of last time, or another if someone has it; a port that was named it takes or fails', async () => {
    const first = await open()
    const { port } = first.listener
    expect((await open(0, port)).listener.port).not.toBe(port)
    await expect(open(port)).rejects.toMatchObject({ code: 'EADDRINUSE' })
    await first.listener.close()
    expect((await open(0, port)).listener.port).toBe(port)
  })

  it('speaks nothing older than TLS 1.2 @164.312(e)(1)', async () => {
    const { listener, ca } = await open()
    expect(await shake(listener.port, ca, 'TLSv1.1')).toBe('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION')
    expect(await shake(listener.port, ca, 'TLSv1.2')).toMatchObject({ resumed: false })
  })

  it('resumes a session, but not past a change of certificate', async () => {
    const { listener, ca } = await open()
    const first = await shake(listener.port, ca, 'TLSv1.2')
    const session = typeof first === 'string' ? undefined : first.session
    expect(await shake(listener.port, ca, 'TLSv1.2', session)).toMatchObject({ resumed: true })

    const other = await createAuthority('Other', Date.now())
    listener.show(await issueServerCertificate(other, Date.now()))
    expect(await shake(listener.port, ca, 'TLSv1.2', session)).toBeTypeOf('string')
    expect(await shake(listener.port, other.certificate, 'TLSv1.2')).toMatchObject({ resumed: false })
  })
})
