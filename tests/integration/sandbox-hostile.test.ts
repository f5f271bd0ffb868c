import { connect } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Sandbox } from '../../sandbox/server.ts'
import { openProbe, type Probe, signedIn, smallSandbox } from './sandbox-client.ts'

let sandbox: Sandbox
let probe: Probe
beforeAll(async () => {
  sandbox = await smallSandbox()
  probe = await openProbe(sandbox)
})
afterAll(async () => {
  await probe.close()
  await sandbox.close()
})

/** Sends bytes as they are; gives the status line that comes back. */
function raw(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(sandbox.baseUrl)
    const socket = connect({ host: hostname, port: Number(port), ca: sandbox.caPem }, () => socket.write(bytes))
    let answer = ''
    socket.setEncoding('latin1').on('data', (text: string) => {
      answer += text
      if (answer.includes('\r\n')) socket.end()
    })
    socket.on('close', () => resolve(answer.split('\r\n')[0] ?? '')).on('error', reject)
  })
}

const get = (path: string) => raw(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`)

describe('whatever is sent to the sandbox', () => {
  it('a path that is none is answered as a mistake of the client', async () => {
    const paths = ['//', '//evil.example/auth/token', '/auth/%ff', '/auth/../../etc/passwd', '/auth/interaction/%00', '/auth/authorize?%', '/auth/interaction/', '/device', `/auth/${'a'.repeat(8_000)}`]
    for (const path of paths) {
      expect(await get(path)).toMatch(/^HTTP\/1\.1 4\d\d /)
    }
  })

  it('a body that is too big, malformed or of another type is refused', async () => {
    const big = 'x'.repeat(200_000)
    const answers = await Promise.all([
      probe.post('/auth/token', `grant_type=${big}`),
      probe.post('/auth/token', { grant_type: 'refresh_token' }),
      probe.post('/auth/interaction/x', `username=${big}`),
      probe.post('/auth/interaction/x', { action: 'sign-in' }),
      probe.post('/device/registrations', { big }),
      probe.post('/device/registrations', 'not=json'),
    ])
    for (const { status } of answers) {
      expect(status).toBeGreaterThanOrEqual(400)
      expect(status).toBeLessThan(500)
    }
  })

  it('an answer never tells how the server is made', async () => {
    const answers = await Promise.all([
      probe.post('/auth/token', 'grant_type=%00'),
      probe.post('/auth/interaction/x', 'action=sign-in'),
      probe.post('/device/registrations', '{'),
      probe.post('/nowhere', {}),
    ])
    for (const { body } of answers) expect(body).not.toMatch(/node_modules|at .*\.ts:|sqlite|SELECT|fastify|FST_/i)
  })

  it('does not keep people from signing in afterwards', async () => {
    expect((await signedIn(sandbox, probe)).access_token).toBeTypeOf('string')
  })
})
