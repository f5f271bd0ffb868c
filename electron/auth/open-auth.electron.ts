import { session as chromium } from 'electron'
import { hostname } from 'node:os'
import type { Clock } from '../../shared/clock.ts'
import type { Log } from '../diagnostics/log.ts'
import type { PolicyInForce } from '../policy/read.ts'
import { createTransport } from '../transport/index.ts'
import type { DeviceKey } from '../vault/device-key.ts'
import { userKeyOf } from '../vault/user-key.ts'
import { type Auth, createAuth, inAppWay, type RefreshTokens, type SignInPage, systemBrowserWay } from './index.ts'
import { openInBrowser } from './system-browser.electron.ts'

export interface OpenAuthParts {
  readonly inForce: PolicyInForce
  readonly page: SignInPage
  readonly refreshTokens: RefreshTokens
  readonly deviceKey: Promise<DeviceKey>
  readonly subjectOf: (userKey: string) => string | undefined
  readonly clock: Clock
  readonly monotonic: () => number
  readonly log: Log
}

/** Sign-in and tokens as the policy wants them, over the transport that it allows. */
export async function openAuth({ inForce, page, refreshTokens, deviceKey, subjectOf, clock, monotonic, log }: OpenAuthParts): Promise<Auth> {
  const { policy, caPem } = inForce
  const { fhirBase, clientId, pins, signIn, redirectPort } = policy.ehr
  const { origin } = new URL(fhirBase)
  const transport = createTransport({ origins: [origin], caPem, pins, proxy: await proxyFor(fhirBase) })
  return createAuth({
    fetch: (url, init) => transport.fetch(url, init),
    fhirBase,
    clientId,
    way: signIn === 'in-app' ? inAppWay(page, redirectPort) : systemBrowserWay({ openExternal: openInBrowser, redirectPort }),
    userKeyOf,
    clock,
    monotonic,
    log,
    refreshTokens,
    deviceKey: () => deviceKey,
    deviceName: hostname(),
    subjectOf,
  })
}

/** `http://host:port` of the proxy that the operating system names for the EHR; asked for its origin only. */
export async function proxyFor(fhirBase: string): Promise<string | undefined> {
  const [first] = (await chromium.defaultSession.resolveProxy(new URL(fhirBase).origin)).split(';')
  const host = /^\s*PROXY\s+(\S+)\s*$/i.exec(first ?? '')?.[1]
  return host === undefined ? undefined : `http://${host}`
}
