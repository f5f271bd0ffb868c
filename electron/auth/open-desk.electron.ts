import { hostname } from 'node:os'
import type { Log } from '../diagnostics/log.ts'
import type { PolicyInForce } from '../policy/read.ts'
import { proxyFor } from '../transport/proxy.electron.ts'
import type { DeviceKey } from '../vault/device-key.ts'
import { createDesk, type Desk } from './clerk/desk.ts'
import { startClerk, type TokenPort } from './clerk/process.electron.ts'
import { inAppWay, type SignInPage } from './sign-in-page.ts'
import { openInBrowser } from './system-browser.electron.ts'
import { systemBrowserWay } from './system-browser.ts'
import type { RefreshTokens } from './tokens.ts'

export interface OpenDeskParts {
  /** The clerk's script. */
  readonly script: string
  readonly inForce: PolicyInForce
  readonly page: SignInPage
  readonly refreshTokens: RefreshTokens
  readonly deviceKey: Promise<DeviceKey>
  readonly keepUnlockSecret: (secret: string) => Promise<void>
  readonly subjectOf: (userKey: string) => string | undefined
  readonly log: Log
}

/** Sign-in and tokens as the policy wants them. What speaks to the EHR is in the clerk's process and not loaded here. */
export async function openDesk({ script, inForce, page, refreshTokens, deviceKey, keepUnlockSecret, subjectOf, log }: OpenDeskParts): Promise<Desk<TokenPort>> {
  const { policy, caPem } = inForce
  const { fhirBase, clientId, pins, signIn, redirectPort } = policy.ehr
  const way = signIn === 'in-app' ? inAppWay(page, redirectPort) : systemBrowserWay({ openExternal: openInBrowser, redirectPort })
  const start = { fhirBase, clientId, way: way.name, deviceName: hostname(), mfa: policy.mfa, reports: policy.audit.ship.ehr, caPem, pins, proxy: await proxyFor(fhirBase) }
  return createDesk({ hire: (listener) => startClerk(script, start, listener), way, refreshTokens, deviceKey: () => deviceKey, keepUnlockSecret, subjectOf, log })
}
