import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { globalAgent } from 'node:https'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Sandbox } from '../../sandbox/server.ts'
import { type Landing, openBrowser } from './sandbox-browser.ts'
import { asksForCode, signIn, smallSandbox, userWith } from './sandbox-client.ts'

const clientId = 'growth-charts'
const home = '127.0.0.1:51790'

/** What is used of `fhirclient`: SMART's own library, in the form for a web server. */
interface SmartApi {
  options: { refreshTokenWithClientId?: boolean }
  authorize(options: { iss: string; clientId: string; scope: string; redirectUri: string; pkceMode: 'required' }): Promise<void>
  ready(): Promise<SmartClient>
}
interface SmartClient {
  state: { tokenResponse?: { scope?: string; access_token?: string; refresh_token?: string } }
  user: { fhirUser: string | null; read(): Promise<{ id?: string }> }
  request(path: string): Promise<{ resourceType?: string; entry?: unknown[] }>
  refresh(): Promise<SmartClient['state']>
}
/** It has types for its browser entry alone; the shapes above are what is used of the other. */
const smart = createRequire(import.meta.url)('fhirclient') as (request: object, response: object) => SmartApi

let folder: string
let sandbox: Sandbox
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chartkeep-smart-'))
  const clientsFile = join(folder, 'clients.json')
  await writeFile(clientsFile, JSON.stringify({ clients: [{ clientId, name: 'Growth charts', redirectUris: ['http://127.0.0.1/callback'] }] }))
  sandbox = await smallSandbox({ clientsFile })
  // The library asks through the agent of the process, and takes no other.
  globalAgent.options.ca = sandbox.caPem
})
afterAll(async () => {
  delete globalAgent.options.ca
  globalAgent.destroy()
  await sandbox.close()
  await rm(folder, { recursive: true, force: true })
})

/** A web server of one person: their session, and where it sends them. */
function webServer() {
  const session: Record<string, unknown> = {}
  let sent = ''
  const response = { writeHead: (_status: number, { location }: { location: string }) => void (sent = location), end: () => {} }
  const at = (url: string) => {
    const api = smart({ url, session, headers: { host: home }, socket: {} }, response)
    // A public client says who it is when it renews its tokens (RFC 6749 §6, SMART App Launch 2.2): the library does so where it is told to.
    api.options.refreshTokenWithClientId = true
    return api
  }
  return { at, sentTo: () => sent }
}

async function agrees(url: string, role: string): Promise<Landing> {
  const browser = openBrowser(sandbox.caPem)
  try {
    const page = await signIn(browser, new URL(url), userWith(sandbox, role), sandbox.codeOf)
    if (page.kind !== 'page' || asksForCode(page)) throw new Error('no consent was asked')
    const all = Object.fromEntries([...page.body.matchAll(/name="(may [^"]+)"/g)].map(([, name = '']) => [name, 'yes']))
    return await browser.submit(page, { action: 'allow', ...all })
  } finally {
    await browser.close()
  }
}

it.each([
  ['physician', 'openid fhirUser offline_access user/Patient.rs user/Practitioner.rs user/Observation.rs', 'Patient?_count=1'],
  ['compliance', 'openid fhirUser offline_access user/AuditEvent.rs user/Practitioner.rs', 'AuditEvent?_count=1'],
])('fhirclient, which we did not write, signs a person in by itself, reads, and renews its tokens: %s', async (role, scope, path) => {
  const server = webServer()
  await server.at('/launch').authorize({ iss: sandbox.fhirBase, clientId, scope, redirectUri: `http://${home}/callback`, pkceMode: 'required' })
  expect(new URL(server.sentTo()).searchParams.get('code_challenge_method')).toBe('S256')
  const landing = await agrees(server.sentTo(), role)
  if (landing.kind !== 'callback') throw new Error('the EHR did not send the person back')
  const client = await server.at(landing.url.pathname + landing.url.search).ready()
  expect(client.state.tokenResponse?.scope?.split(' ').toSorted()).toEqual(scope.split(' ').toSorted())
  // The library takes `fhirUser` for a path below the FHIR base, and finds the person by it.
  expect(await client.user.read()).toMatchObject({ id: userWith(sandbox, role).practitioner })
  expect(await client.request(path)).toMatchObject({ resourceType: 'Bundle' })
  const before = { ...client.state.tokenResponse }
  const after = (await client.refresh()).tokenResponse
  expect(after?.access_token).not.toBe(before.access_token)
  expect(after?.refresh_token).not.toBe(before.refresh_token)
  expect(await client.request(path)).toMatchObject({ resourceType: 'Bundle' })
})
