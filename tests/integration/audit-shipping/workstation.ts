import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAuditChain } from '../../../electron/audit/chain.ts'
import { chainFolder } from '../../../electron/audit/disk.ts'
import { ehrPlace, type Report, type Reported } from '../../../electron/audit/ship/ehr-place.ts'
import type { Place } from '../../../electron/audit/ship/place.ts'
import { createShipping } from '../../../electron/audit/ship/shipping.ts'
import { type Auth, createAuth, inAppWay, type SignInPage } from '../../../electron/auth/index.ts'
import type { Fetch } from '../../../electron/auth/http.ts'
import { createLog } from '../../../electron/diagnostics/log.ts'
import { createTransport } from '../../../electron/transport/index.ts'
import { openDeviceKey } from '../../../electron/vault/device-key.ts'
import { memoryKeychain } from '../../../electron/vault/memory-keychain.ts'
import { refreshTokens } from '../../../electron/vault/refresh-token.ts'
import { userKeyOf } from '../../../electron/vault/user-key.ts'
import type { Sandbox } from '../../../sandbox/server.ts'
import { openBrowser } from '../sandbox-browser.ts'
import { asksForCode, userWith } from '../sandbox-client.ts'

/** The application's own chain, sign-in and shipping, in front of a sandbox. */
export interface ShippingWorkstation {
  readonly folder: string
  readonly logged: string[]
  readonly auth: Auth
  /** Signs somebody of that role in. */
  signIn(role?: string): Promise<string>
  /** Locks: the session's own token is gone, and what reports from here on is another process. */
  lock(): void
  chain(): ReturnType<typeof createAuditChain>
  /** Begins to report, to these places. */
  ship(places?: readonly Place[]): Promise<void>
  readonly ehr: Place
  /** Ends the application; the next `ship` goes on with what is on the disk. */
  stop(): Promise<void>
  end(): Promise<void>
}

const clock = { now: () => Date.now() }

export async function shippingWorkstation(sandbox: Sandbox, { fileBytes = 4_194_304, reports = true, fetchOf = (fetch: Fetch) => fetch } = {}): Promise<ShippingWorkstation> {
  const folder = mkdtempSync(join(tmpdir(), 'chartkeep-shipping-'))
  const transport = createTransport({ origins: [sandbox.baseUrl], caPem: sandbox.caPem, pins: [sandbox.pin], proxy: undefined, limits: { headersMs: 1_500 } })
  const keychain = memoryKeychain()
  const key = await openDeviceKey(keychain)
  const logged: string[] = []
  const log = createLog((line) => void logged.push(line), clock)
  let role = 'physician'
  let who: string | undefined
  let open = false
  let epoch = 1
  const browser = openBrowser(sandbox.caPem)
  const page: SignInPage = {
    open: async (url) => {
      let landing = await browser.open(url)
      if (landing.kind === 'page' && landing.body.includes('name="password"')) {
        const { username, password } = userWith(sandbox, role)
        landing = await browser.submit(landing, { action: 'sign-in', username, password })
        if (landing.kind === 'page' && asksForCode(landing)) landing = await browser.submit(landing, { action: 'code', code: sandbox.codeOf(username)?.code ?? '' })
      }
      return landing.url.href
    },
    close: () => undefined,
  }
  const makeAuth = () =>
    createAuth({
      fetch: fetchOf((url, init) => transport.fetch(url, init)),
      fhirBase: sandbox.fhirBase,
      clientId: 'chartkeep-desktop',
      way: inAppWay(page, 0),
      mfa: { required: false, acr: [] },
      reports,
      keepUnlockSecret: async () => undefined,
      userKeyOf,
      clock,
      monotonic: () => performance.now(),
      log,
      refreshTokens: refreshTokens(keychain, join(folder, 'vaults')),
      deviceKey: async () => undefined,
      deviceName: 'shipping',
      subjectOf: () => undefined,
    })
  let auth = makeAuth()
  const send = async (sent: readonly Report[], signal: AbortSignal): Promise<Reported> => (who === undefined ? { taken: 0, failure: 'unauthorized' } : auth.report(who, sent, open, signal))
  const ehr = ehrPlace({ machines: { workstation: 'ward-3', fhirBase: sandbox.fhirBase }, send })
  const begin = () => {
    const shipping = createShipping({ folder, key, log, chance: () => 0 })
    const chain = createAuditChain({ disk: chainFolder(folder), clock, monotonic: () => performance.now(), log, key, fileBytes, actor: () => ({ user: who, device: key.deviceId, epoch }), onDurable: shipping.upTo })
    return { shipping, chain }
  }
  let running = begin()

  return {
    folder,
    logged,
    get auth() {
      return auth
    },
    async signIn(as = 'physician') {
      role = as
      const person = await auth.signIn(undefined, new AbortController().signal)
      await auth.settled()
      who = person.userKey
      open = true
      epoch += 1
      running.chain.tell({ event: 'session.active', outcome: 'success', facts: person.fhirUser === undefined ? {} : { person: person.fhirUser } })
      await running.chain.checkpoint()
      running.shipping.sessionChanged()
      return person.userKey
    },
    lock() {
      open = false
      // What the application does: the clerk that held tokens is ended, and the next one has none.
      auth = makeAuth()
      running.chain.tell({ event: 'session.locked', outcome: 'success', facts: { reason: 'manual' } })
      void running.chain.checkpoint()
      running.shipping.sessionChanged()
    },
    chain: () => running.chain,
    async ship(places = [ehr]) {
      await running.chain.open()
      running.shipping.to(places)
    },
    ehr,
    async stop() {
      await running.shipping.close()
      await running.chain.close().catch(() => undefined)
      running = begin()
    },
    async end() {
      await running.shipping.close()
      await running.chain.close().catch(() => undefined)
      await Promise.all([transport.close(), browser.close()])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
