import { createHash, X509Certificate } from 'node:crypto'
import { connect } from 'node:tls'
import { decodeJwt } from 'jose'
import * as client from 'openid-client'
import { Agent, fetch } from 'undici'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { noFaults } from '../../sandbox/faults/index.ts'
import type { Sandbox } from '../../sandbox/server.ts'
import { openBrowser } from './sandbox-browser.ts'
import { openProbe, type Probe, signedIn, signIn, smallSandbox, userWith } from './sandbox-client.ts'

let sandbox: Sandbox
let probe: Probe
let agent: Agent

beforeAll(async () => {
  sandbox = await smallSandbox()
  probe = await openProbe(sandbox)
  agent = new Agent({ connect: { ca: sandbox.caPem } })
})
afterEach(() => {
  sandbox.faults.reset()
  sandbox.setClockSkew(0)
})
afterAll(async () => {
  await agent.close()
  await probe.close()
  await sandbox.close()
})

/** The pin of the authority a server shows to a client that looks but does not verify. */
function pinShown(): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(sandbox.baseUrl)
    const ca = [sandbox.caPem, sandbox.foreignCaPem]
    const socket = connect({ host: hostname, port: Number(port), ca, servername: '' }, () => {
      const issuer = socket.getPeerX509Certificate()?.issuerCertificate
      socket.end()
      const spki = issuer && new X509Certificate(issuer.raw).publicKey.export({ type: 'spki', format: 'der' })
      resolve(spki && `sha256/${createHash('sha256').update(spki).digest('base64')}`)
    }).on('error', reject)
  })
}

/** An error whose cause says this. */
const because = (words: string) => ({ cause: { message: expect.stringContaining(words) } })

describe('each fault of the ID token', () => {
  it.each([
    ['wrong-nonce', '"nonce"'],
    ['wrong-issuer', '"iss"'],
    ['wrong-audience', '"aud"'],
  ] as const)('%s is refused by a client that checks', async (idToken, claim) => {
    sandbox.faults.set({ idToken })
    await expect(signedIn(sandbox, probe)).rejects.toMatchObject(because(claim))
  })

  it('bad-signature is there for a client that looks up the keys', async () => {
    const strict = await openProbe(sandbox)
    client.enableNonRepudiationChecks(strict.config)
    expect((await signedIn(sandbox, strict)).id_token).toBeTypeOf('string')
    sandbox.faults.set({ idToken: 'bad-signature' })
    await expect(signedIn(sandbox, strict)).rejects.toMatchObject(because('signature'))
    await strict.close()
  })

  it('an ID token without an audience comes at a refresh alone', async () => {
    sandbox.faults.set({ refreshAnswer: 'id-token-without-audience' })
    const tokens = await signedIn(sandbox, probe)
    await expect(client.refreshTokenGrant(probe.config, tokens.refresh_token ?? '')).rejects.toMatchObject(because('"aud"'))
  })

  it('wrong-subject and old-auth-time are there for a client that remembers who it asked for, and when', async () => {
    sandbox.faults.set({ idToken: 'wrong-subject' })
    expect((await signedIn(sandbox, probe)).claims()?.sub).toBe('another-person')
    sandbox.faults.set({ idToken: 'old-auth-time' })
    expect((await signedIn(sandbox, probe)).claims()?.auth_time).toBeLessThan(Date.now() / 1000 - 7 * 3600)
  })

  it('relative fhirUser names the practitioner without the base', async () => {
    sandbox.faults.set({ fhirUser: 'relative' })
    const tokens = await signedIn(sandbox, probe)
    expect(tokens.claims()?.fhirUser).toBe(`Practitioner/${userWith(sandbox, 'physician').practitioner}`)
  })
})

describe('each fault of the sign-in', () => {
  it('wrong-state and wrong-issuer in the callback are refused by a client that checks', async () => {
    for (const [callback, parameter] of [['wrong-state', '"state"'], ['wrong-issuer', '"iss"']] as const) {
      sandbox.faults.set({ callback })
      await expect(signedIn(sandbox, probe)).rejects.toMatchObject(because(parameter))
    }
  })

  it('a server of SMART v1 knows v1 scopes alone, says so, and drops the others without a word', async () => {
    sandbox.faults.set({ scopes: 'v1' })
    const answer = await fetch(`${sandbox.fhirBase}/.well-known/smart-configuration`, { dispatcher: agent })
    const smart = JSON.stringify(await answer.json())
    expect(smart).toContain('permission-v1')
    expect(smart).not.toMatch(/permission-v2|[.]rs"/)
    const old = await signedIn(sandbox, probe, 'physician', { scope: 'openid fhirUser user/*.read user/DocumentReference.write' })
    expect(old.scope?.split(' ')).toEqual(['openid', 'fhirUser', 'user/*.read', 'user/DocumentReference.write'])
    expect(await probe.api('Patient?_count=1', old.access_token)).toBe(200)
    expect((await signedIn(sandbox, probe)).scope).toBe('openid fhirUser offline_access')
  })

  it('scopes of a type can be withheld, and the API refuses it then', async () => {
    sandbox.faults.set({ withheld: ['Observation'] })
    const scope = 'openid user/Patient.rs user/Observation.rs'
    const tokens = await signedIn(sandbox, probe, 'physician', { scope })
    expect(tokens.scope).toBe('openid user/Patient.rs')
    expect(await probe.api('Patient?_count=1', tokens.access_token)).toBe(200)
    expect(await probe.api('Observation?_count=1', tokens.access_token)).toBe(403)
    sandbox.faults.set({ scopes: 'unsaid' })
    expect((await signedIn(sandbox, probe, 'physician', { scope })).scope).toBeUndefined()
  })

  it('a fixed redirect port refuses the others, before anyone signs in', async () => {
    sandbox.faults.set({ redirectPorts: 'fixed' })
    const browser = openBrowser(sandbox.caPem)
    expect(await browser.open((await probe.ask()).url)).toMatchObject({ kind: 'page', status: 400 })
    const fixed = await probe.ask({ redirect_uri: 'http://127.0.0.1:47213/callback' })
    expect((await signIn(browser, fixed.url, userWith(sandbox, 'physician'))).kind).toBe('callback')
    await browser.close()
  })

  it('discovery and the token endpoint can be broken', async () => {
    for (const [discovery, status] of [['server-error', 500], ['missing', 404], ['not-json', 200]] as const) {
      sandbox.faults.set({ discovery })
      const answer = await fetch(`${sandbox.fhirBase}/.well-known/smart-configuration`, { dispatcher: agent })
      expect(answer.status).toBe(status)
      await expect(answer.json()).rejects.toThrow('not valid JSON')
    }
    sandbox.faults.set({ discovery: 'wrong-issuer' })
    await expect(openProbe(sandbox)).rejects.toThrow('issuer does not match')

    sandbox.faults.set({ discovery: 'ok', tokenEndpoint: 'server-error' })
    await expect(signedIn(sandbox, probe)).rejects.toThrow('unexpected HTTP response status')
  })

  it('a clock that is ten minutes behind shows in the ID token and in Date', async () => {
    sandbox.setClockSkew(-600)
    const answer = await fetch(`${sandbox.baseUrl}/auth/token`, {
      dispatcher: agent,
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'grant_type=refresh_token',
    })
    expect(Math.abs(Date.parse(answer.headers.get('date') ?? '') - (Date.now() - 600_000))).toBeLessThan(5_000)
    await answer.arrayBuffer()

    const late = await openProbe(sandbox, { skewSeconds: -600 })
    const tokens = await signedIn(sandbox, late)
    expect(Math.abs(Number(decodeJwt(tokens.id_token ?? '').iat) - (Date.now() / 1000 - 600))).toBeLessThan(5)
    await late.close()
  })
})

describe('each fault of the network', () => {
  it('a certificate outside the pins is shown at once, and taken back', async () => {
    expect(await pinShown()).toBe(sandbox.pin)
    sandbox.faults.set({ certificate: 'foreign' })
    const foreign = await pinShown()
    expect(foreign).toMatch(/^sha256\//)
    expect(foreign).not.toBe(sandbox.pin)
    const fresh = new Agent({ connect: { ca: sandbox.caPem } })
    await expect(fetch(sandbox.baseUrl, { dispatcher: fresh })).rejects.toMatchObject(because('certificate'))
    await fresh.close()
    sandbox.faults.reset()
    expect(await pinShown()).toBe(sandbox.pin)
  })

  it('a cut network drops every connection, and the control plane brings it back', async () => {
    const control = (method: string, body?: object) =>
      fetch(`${sandbox.baseUrl}/sandbox/faults`, {
        dispatcher: agent,
        method,
        headers: { authorization: `Bearer ${sandbox.controlSecret}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    expect((await control('POST', { network: 'cut' })).status).toBe(200)
    await expect(fetch(`${sandbox.fhirBase}/metadata`, { dispatcher: agent })).rejects.toMatchObject(because('closed'))
    const restored = await fetch(`${sandbox.baseUrl}/sandbox/faults`, {
      dispatcher: agent,
      method: 'DELETE',
      headers: { authorization: `Bearer ${sandbox.controlSecret}` },
    })
    expect(await restored.json()).toEqual(noFaults)
    expect(await probe.api('Patient?_count=1', 'x')).toBe(401)
  })

  it('a redirect of FHIR calls leads to another host, which counts the tokens that arrive', async () => {
    const { access_token: token } = await signedIn(sandbox, probe)
    sandbox.faults.set({ fhir: 'redirect' })
    const url = `${sandbox.fhirBase}/Patient?_count=1`
    const headers = { authorization: `Bearer ${token}` }
    const careful = await fetch(url, { dispatcher: agent, headers, redirect: 'manual' })
    expect(careful.status).toBe(307)
    expect(new URL(careful.headers.get('location') ?? '').hostname).toBe('localhost')
    expect(sandbox.strays()).toEqual({ requests: 0, withToken: 0 })
    await fetch(careful.headers.get('location') ?? '', { dispatcher: agent, headers })
    expect(sandbox.strays()).toEqual({ requests: 1, withToken: 1 })
  })
})

describe('the control plane', () => {
  it('obeys the holder of its secret alone', async () => {
    for (const authorization of ['', 'Bearer ', 'Bearer wrong', `Basic ${sandbox.controlSecret}`, `Bearer ${sandbox.controlSecret}x`]) {
      const answer = await probe.post('/sandbox/faults', { network: 'cut' }, { authorization })
      expect(answer.status).toBe(401)
    }
    expect(sandbox.faults.current()).toEqual(noFaults)
  })

  it('says what it does not understand, and changes nothing', async () => {
    const authorization = `Bearer ${sandbox.controlSecret}`
    expect((await probe.post('/sandbox/faults', { network: 'slow' }, { authorization })).status).toBe(400)
    expect((await probe.post('/sandbox/users/no.body/revoke', {}, { authorization })).status).toBe(404)
    expect((await probe.post('/sandbox/clock', { seconds: 'x' }, { authorization })).status).toBe(400)
    expect(sandbox.faults.current()).toEqual(noFaults)
  })
})
