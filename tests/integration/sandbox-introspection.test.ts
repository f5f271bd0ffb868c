import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Sandbox } from '../../sandbox/server.ts'
import { openProbe, type Probe, signedIn, smallSandbox, userWith } from './sandbox-client.ts'

let sandbox: Sandbox
let probe: Probe
const time = { ahead: 0 }
beforeAll(async () => {
  sandbox = await smallSandbox({ clock: { now: () => Date.now() + time.ahead } })
  probe = await openProbe(sandbox)
})
afterAll(async () => {
  await probe.close()
  await sandbox.close()
})

const basic = (id: string, secret: string) => ({ authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` })
const server = () => basic('hospital-resource-server', sandbox.resourceServerSecret)
const introspect = async (token: string, headers: Record<string, string> = server()) => {
  const { status, body } = await probe.post('/auth/introspect', new URLSearchParams({ token }).toString(), headers)
  // What the server under test sent; each test looks at what it needs of it.
  return { status, ...(JSON.parse(body) as { active?: boolean; error?: string; scope?: string }) }
}

describe('a resource server of the hospital (RFC 7662)', () => {
  it('is told whose a token is, for what and until when, and nothing once it is over', async () => {
    const tokens = await signedIn(sandbox, probe, 'nurse')
    expect(await introspect(tokens.access_token)).toMatchObject({
      status: 200, active: true, client_id: 'chartkeep-desktop', sub: tokens.claims()?.sub, aud: sandbox.fhirBase, iss: `${sandbox.baseUrl}/auth`, token_type: 'Bearer',
    })
    expect((await introspect(tokens.access_token)).scope).toContain('user/*.rs')
    const { username } = userWith(sandbox, 'nurse')
    sandbox.revokeUser(username)
    sandbox.reinstateUser(username)
    expect(await introspect(tokens.access_token)).toEqual({ status: 200, active: false })
    for (const made of ['made-up', 'a'.repeat(4_000)]) expect(await introspect(made)).toEqual({ status: 200, active: false })
  })

  it('signs nobody in, and refreshes nothing', async () => {
    const tokens = await signedIn(sandbox, probe)
    const grant = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' }).toString()
    expect((await probe.post('/auth/token', grant, server())).body).toContain('requested grant type is not allowed for this client')
    expect(await probe.api('Patient?_count=1', tokens.access_token)).toBe(200)
  })

  it('is not believed without its secret', async () => {
    const tokens = await signedIn(sandbox, probe)
    for (const headers of [basic('hospital-resource-server', 'guess'), basic('no-such-client', 'x')]) {
      expect(await introspect(tokens.access_token, headers)).toMatchObject({ status: 401, error: 'invalid_client' })
    }
    expect(await introspect(tokens.access_token, basic('hospital-resource-server', ''))).toMatchObject({ status: 400, error: 'invalid_request' })
    const anonymous = new URLSearchParams({ token: tokens.access_token, client_id: 'hospital-resource-server' }).toString()
    expect((await probe.post('/auth/introspect', anonymous)).status).toBe(401)
  })
})

describe('any other client', () => {
  it('is told about its own tokens alone', async () => {
    const tokens = await signedIn(sandbox, probe)
    const form = new URLSearchParams({ token: tokens.access_token, client_id: 'chartkeep-desktop' }).toString()
    expect((await probe.post('/auth/introspect', form)).body).toContain('"active":true')
  })
})

describe('who guesses', () => {
  it('at the token endpoint is slowed down after sixty in a minute, and told for how long', async () => {
    const guess = () => probe.post('/auth/token', new URLSearchParams({ grant_type: 'refresh_token', client_id: 'chartkeep-desktop', refresh_token: 'guess' }).toString())
    time.ahead += 120_000
    for (let tries = 0; tries < 60; tries += 1) expect((await guess()).status).toBe(400)
    const slowed = await guess()
    expect(slowed.status).toBe(429)
    expect(Number(slowed.headers['retry-after'])).toBeGreaterThan(50)
    // The secret of the resource server is guessed through the same door.
    expect(await probe.post('/auth/introspect', 'token=x', basic('hospital-resource-server', 'guess'))).toMatchObject({ status: 429 })
    time.ahead += 61_000
    expect((await guess()).status).toBe(400)
  })

  it('at the registration of workstations is slowed down too', async () => {
    const guess = () => probe.post('/device/registrations', {}, { authorization: 'Bearer guess' })
    for (let tries = 0; tries < 60; tries += 1) expect((await guess()).status).toBe(401)
    expect(await guess()).toMatchObject({ status: 429, headers: { 'retry-after': expect.stringMatching(/^\d+$/) } })
  })

  it('does not keep others from being told', async () => {
    time.ahead += 61_000
    expect((await signedIn(sandbox, probe)).access_token).toBeTypeOf('string')
  })
})
