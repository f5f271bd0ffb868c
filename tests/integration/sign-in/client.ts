import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { type AuthParts, createAuth, inAppWay, type SignInPage } from '../../../electron/auth/index.ts'
import { createLog } from '../../../electron/diagnostics/log.ts'
import { createTransport, type Transport } from '../../../electron/transport/index.ts'
import { openDeviceKey } from '../../../electron/vault/device-key.ts'
import { memoryKeychain } from '../../../electron/vault/memory-keychain.ts'
import { refreshTokens } from '../../../electron/vault/refresh-token.ts'
import { unlockSecret } from '../../../electron/vault/unlock-secret.ts'
import { userKeyOf } from '../../../electron/vault/user-key.ts'
import type { Sandbox } from '../../../sandbox/server.ts'
import { permissions } from '../../../shared/contract/index.ts'
import { ChartkeepError, kindOf } from '../../../shared/errors.ts'
import { type Browser, openBrowser } from '../sandbox-browser.ts'
import { asksForCode, smallSandbox, userWith } from '../sandbox-client.ts'

/** For tokens that the keychain takes. */
export const noFolder = '/nonexistent'

/** A hospital for all tests of a file; what a test turned in it is turned back. */
export let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await smallSandbox()
})
afterAll(() => sandbox.close())

/** New for each test. */
export let transport: Transport
export let browser: Browser
export let logged: string[] = []
beforeEach(() => {
  transport = createTransport({ origins: [sandbox.baseUrl], caPem: sandbox.caPem, pins: [sandbox.pin], proxy: undefined })
  browser = openBrowser(sandbox.caPem)
  logged = []
})
afterEach(async () => {
  sandbox.faults.reset()
  sandbox.setClockSkew(0)
  await Promise.all([transport.close(), browser.close()])
})

/** A person in front of the sign-in page, who fills it in, or does what the test says. */
export function person(role = 'physician', act: (answer: string) => string | Promise<string> = (answer) => answer): SignInPage & { pages: number } {
  const page = {
    pages: 0,
    open: async (url: string) => {
      let landing = await browser.open(url)
      if (landing.kind === 'page' && landing.body.includes('name="password"')) {
        page.pages += 1
        const { username, password } = userWith(sandbox, role)
        landing = await browser.submit(landing, { action: 'sign-in', username, password })
        if (landing.kind === 'page' && asksForCode(landing)) landing = await browser.submit(landing, { action: 'code', code: sandbox.codeOf(username)?.code ?? '' })
      }
      if (landing.kind !== 'callback') throw new ChartkeepError('cancelled')
      return act(landing.url.href)
    },
    close: () => undefined,
  }
  return page
}

export const clock = { now: () => Date.now() }
export const keychain = memoryKeychain()

/** The sign-in of a workstation, with what the test wants otherwise. */
export function authWith(page: SignInPage, more: Partial<AuthParts> = {}) {
  return createAuth({
    fetch: (url, init) => transport.fetch(url, init),
    fhirBase: sandbox.fhirBase,
    clientId: 'chartkeep-desktop',
    way: inAppWay(page, 0),
    mfa: { required: false, acr: [] },
    reports: true,
    userKeyOf,
    clock,
    monotonic: () => performance.now(),
    log: createLog((line) => logged.push(line), clock),
    refreshTokens: refreshTokens(keychain, noFolder),
    deviceKey: () => openDeviceKey(keychain),
    deviceName: 'ward-3-desk',
    keepUnlockSecret: (secret) => unlockSecret(keychain).keep(secret),
    subjectOf: () => undefined,
    ...more,
  })
}

/** All that an account can have that opens charts. */
export const treating = permissions.filter((permission) => permission !== 'audit:read' && !permission.startsWith('desk:'))

export const never = new AbortController().signal
export const failureOf = (work: Promise<unknown>) => work.then(() => 'signed in', kindOf)

/** The status with which the FHIR API answers that token. */
export async function api(path: string, token: string): Promise<number> {
  const reply = await transport.request({ method: 'GET', url: `${sandbox.fhirBase}/${path}`, headers: { authorization: `Bearer ${token}` } })
  return reply.status
}

export async function tokenIn(response: Response): Promise<string> {
  const { access_token: token }: { access_token?: string } = await response.json()
  return token ?? ''
}
