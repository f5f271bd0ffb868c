import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Agent, request } from 'undici'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Sandbox } from '../../sandbox/server.ts'
import { openBrowser } from './sandbox-browser.ts'
import { type Ask, openProbe, type Probe, signIn, smallSandbox, userWith } from './sandbox-client.ts'

const clientId = 'growth-charts'
const redirectUri = 'https://app.example/callback'
const ours = 'https://app.example'
const clients = [
  { clientId, name: 'Growth charts', redirectUris: [redirectUri] },
  { clientId: 'on-this-machine', name: 'Being written', redirectUris: ['http://127.0.0.1:3000/callback'] },
  { clientId: 'native-one', name: 'Native', redirectUris: ['http://127.0.0.1/callback'] },
]
/** Who is not registered, and who looks nearly like one that is. */
const strangers = ['https://other.example', 'https://app.example.evil.example', 'http://app.example', 'https://app.example:8443', 'https://sub.app.example', 'null', '*', 'http://127.0.0.1', 'http://127.0.0.1:3001', 'http://localhost:3000']

let folder: string
let sandbox: Sandbox
let probe: Probe
let dispatcher: Agent
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chartkeep-web-'))
  const clientsFile = join(folder, 'clients.json')
  await writeFile(clientsFile, JSON.stringify({ clients }))
  sandbox = await smallSandbox({ clientsFile })
  dispatcher = new Agent({ connect: { ca: sandbox.caPem } })
  probe = await openProbe(sandbox, { clientId })
})
afterAll(async () => {
  await probe.close()
  await dispatcher.close()
  await sandbox.close()
  await rm(folder, { recursive: true, force: true })
})

async function from(origin: string, url: string, { method = 'GET', headers = {}, body }: { method?: 'GET' | 'POST' | 'OPTIONS'; headers?: Record<string, string>; body?: string } = {}) {
  const answer = await request(url, { dispatcher, method, headers: { origin, ...headers }, ...(body === undefined ? {} : { body }) })
  const text = await answer.body.text()
  return { status: answer.statusCode, allowed: answer.headers['access-control-allow-origin'], headers: answer.headers, text }
}
const preflight = { method: 'OPTIONS' as const, headers: { 'access-control-request-method': 'PUT', 'access-control-request-headers': 'authorization,if-match' } }
const redeem = (origin: string, code: string, ask: Pick<Ask, 'verifier'>) =>
  from(origin, `${sandbox.baseUrl}/auth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: redirectUri, client_id: clientId, code_verifier: ask.verifier }).toString(),
  })

/** The code that the browser brings back to the page. */
async function codeFor(ask: Ask): Promise<string> {
  const browser = openBrowser(sandbox.caPem)
  try {
    const page = await signIn(browser, ask.url, userWith(sandbox, 'physician'))
    if (page.kind !== 'page') throw new Error('no consent was asked')
    const landing = await browser.submit(page, { action: 'allow', 'may user/Patient.rs': 'yes' })
    if (landing.kind !== 'callback' || landing.url.origin !== ours) throw new Error('the browser did not come back to the page')
    return landing.url.searchParams.get('code') ?? ''
  } finally {
    await browser.close()
  }
}

describe('the page of an application that is registered', () => {
  it('finds the way, redeems its code and reads, all from the browser', async () => {
    expect((await from(ours, `${sandbox.fhirBase}/.well-known/smart-configuration`)).allowed).toBe(ours)
    expect((await from(ours, `${sandbox.fhirBase}/metadata`)).allowed).toBe(ours)
    const ask = await probe.ask({ redirect_uri: redirectUri, scope: 'openid fhirUser user/Patient.rs' })
    const tokens = await redeem(ours, await codeFor(ask), ask)
    expect([tokens.status, tokens.allowed]).toEqual([200, ours])
    const { access_token: token } = JSON.parse(tokens.text)
    const read = await from(ours, `${sandbox.fhirBase}/Patient?_count=1`, { headers: { authorization: `Bearer ${token}` } })
    expect([read.status, read.allowed, read.headers['access-control-allow-credentials']]).toEqual([200, ours, undefined])
    expect(read.headers['access-control-expose-headers']).toContain('ETag')
    expect(read.headers['vary']).toMatch(/Authorization.*Origin/)
  })

  it('is told before it writes what it may send', async () => {
    const answer = await from(ours, `${sandbox.fhirBase}/Task/x`, preflight)
    expect([answer.status, answer.allowed]).toEqual([204, ours])
    expect(answer.headers['access-control-allow-methods']).toContain('PUT')
    expect(answer.headers['access-control-allow-headers']).toContain('If-Match')
    expect((await from('http://127.0.0.1:3000', `${sandbox.fhirBase}/Task/x`, preflight)).status).toBe(204)
  })

  it('reads why it was refused', async () => {
    expect(await from(ours, `${sandbox.fhirBase}/Patient`)).toMatchObject({ status: 401, allowed: ours })
    expect(await redeem(ours, 'wrong', { verifier: 'x'.repeat(43) })).toMatchObject({ status: 400, allowed: ours })
  })

  it('is cut off with everybody when the network is', async () => {
    sandbox.faults.set({ network: 'cut' })
    await expect(from(ours, `${sandbox.fhirBase}/Task/x`, preflight)).rejects.toThrow()
    sandbox.faults.reset()
  })
})

describe('any other page @164.312(a)(1)', () => {
  it.each(strangers)('reads nothing from the browser: %s', async (origin) => {
    for (const path of ['metadata', 'Patient', '.well-known/smart-configuration']) {
      const answer = await from(origin, `${sandbox.fhirBase}/${path}`)
      expect([path, answer.allowed, /Origin/.test(String(answer.headers['vary']))]).toEqual([path, undefined, true])
    }
    expect((await from(origin, `${sandbox.fhirBase}/Task/x`, preflight)).allowed).toBeUndefined()
    expect(await redeem(origin, 'wrong', { verifier: 'x'.repeat(43) })).toMatchObject({ status: 400, text: expect.stringContaining('invalid_request') })
  })

  it('asks nothing of the other services, and not the control plane', async () => {
    for (const path of ['/break-the-glass/grants', '/device/registrations', '/sandbox/faults', '/fhir/R4x/Patient']) expect((await from(ours, sandbox.baseUrl + path)).allowed).toBeUndefined()
  })
})
