import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import * as client from 'openid-client'
import { createAuditChain } from '../../../electron/audit/chain.ts'
import { chainFolder } from '../../../electron/audit/disk.ts'
import { registerDevice } from '../../../electron/auth/device.ts'
import { createAuth } from '../../../electron/auth/index.ts'
import { newCorrelation } from '../../../electron/diagnostics/correlation.ts'
import { createLog } from '../../../electron/diagnostics/log.ts'
import { openOrders } from '../../../electron/orders/index.ts'
import { createReport } from '../../../electron/orders/report.ts'
import { guardedVault, liftingSignIn } from '../../../electron/orders/standing.ts'
import { createContact } from '../../../electron/session/contact.ts'
import { offlineLimit } from '../../../electron/session/deadlines.ts'
import { initialSession } from '../../../electron/session/machine.ts'
import { createPeople } from '../../../electron/session/people.ts'
import type { TokenPort, VaultPort } from '../../../electron/session/ports.ts'
import type { RecordsListener } from '../../../electron/session/records-host.electron.ts'
import { createWorkstation, type Workstation } from '../../../electron/session/workstation.ts'
import { createTransport } from '../../../electron/transport/index.ts'
import { openDeviceKey } from '../../../electron/vault/device-key.ts'
import type { Keychain } from '../../../electron/vault/keychain.ts'
import { memoryKeychain } from '../../../electron/vault/memory-keychain.ts'
import { userKeyOf } from '../../../electron/vault/user-key.ts'
import { users } from '../../../electron/vault/users.ts'
import { vaultsIn } from '../../../electron/vault/vault.ts'
import type { Page } from '../../../electron/windows/page.ts'
import { ChartkeepError } from '../../../shared/errors.ts'
import { Policy } from '../../../shared/policy.ts'
import type { Sandbox } from '../../../sandbox/server.ts'
import type { Probe } from '../sandbox-client.ts'
import { tokensOf } from './desk.ts'

/** What the processes that a lock ends are doing when it comes: each resolves when what is unsaved is handed over, if ever. */
export interface Busy {
  page?(): Promise<void>
  records?(): Promise<void>
}

export interface Person {
  readonly sub: string
  readonly userKey: string
  /** The tokens of theirs. */
  readonly token: string
  readonly refresh: string
}

const clock = { now: () => Date.now() }
const monotonic = () => performance.now()
const within = (work: Promise<unknown>, milliseconds: number) => Promise.race([work.then(() => 'done' as const), wait(Math.max(0, milliseconds), 'late' as const)])
const opened = { part: 'part-1', dataKey: 1, epoch: 1 }

/**
 * The application's session, orders and audit chain in front of a sandbox, at which two nurses have signed in; its windows and its other processes are
 * stood in for. What it keeps is in `folder` and in its keychain, and outlives what is started on it.
 */
export async function orderedWorkstation(sandbox: Sandbox, probe: Probe, folder: string, keychain: Keychain = memoryKeychain()) {
  const key = await openDeviceKey(keychain)
  const transport = createTransport({ origins: [sandbox.baseUrl], caPem: sandbox.caPem, pins: [], proxy: undefined })
  async function signInHere(index: number): Promise<Person> {
    const granted = await tokensOf(sandbox, probe, 'nurse', index, 'openid offline_access user/*.rs')
    await registerDevice({ fetch: transport.fetch, fhirBase: sandbox.fhirBase, key, displayName: 'WS', clock }, granted.access_token)
    const [issuer, subject] = [`${sandbox.baseUrl}/auth`, granted.claims()?.sub ?? '']
    const userKey = userKeyOf(issuer, subject)
    await users(keychain).remember({ userKey, user: { displayName: `Nurse ${index}`, role: 'nurse' }, permissions: [], issuer, subject, authTime: clock.now() })
    return { sub: subject, userKey, token: granted.access_token, refresh: granted.refresh_token ?? '' }
  }
  const second = await signInHere(1)
  // Whoever signed in last is the one whose session is on the screen.
  const first = await signInHere(0)
  await transport.close()
  const refreshes = new Map([first, second].map(({ userKey, refresh }) => [userKey, refresh]))
  /** What the keychain says of each one's PIN, where it says something else than that it is set. */
  const pins = new Map<string, 'void'>()
  const policy = Policy.parse({ ehr: { fhirBase: sandbox.fhirBase, clientId: 'chartkeep-desktop' }, site: 'North' })
  /** How much later it is for the session than for the rest of the world. Milliseconds. */
  const time = { ahead: 0 }
  const contact = createContact({
    keychain, limit: () => offlineLimit(policy.session), log: { event: () => undefined },
    clocks: () => ({ wall: clock.now() + time.ahead, monotonic: monotonic() + time.ahead, uptime: monotonic() + time.ahead }),
  })
  await contact.ready()
  for (const { userKey } of [second, first]) await contact.signedIn(userKey)

  async function start(busy: Busy = {}) {
    const logged: string[] = []
    const log = createLog((line) => void logged.push(line), clock)
    const ended: string[] = []
    const wiped: string[] = []
    const chain = createAuditChain({ disk: chainFolder(join(folder, 'audit')), clock, monotonic, log, key, actor: () => ({ user: undefined, device: key.deviceId, epoch: 1 }) })
    const ehr = async () => ({ fhirBase: sandbox.fhirBase, caPem: sandbox.caPem, pins: [], proxy: undefined })
    const none = () => Promise.reject(new Error('not asked here'))
    const vault: VaultPort = {
      renewKeyPart: none, succeedKeyPart: none, needsNewKeys: none, orderRotation: none, keepEpoch: async () => undefined, challenge: none, answerChallenge: none, triesLeft: async () => 5, folder: () => undefined,
      releaseKeyPart: async () => ({ part: new Uint8Array(32), triesLeft: 4, epoch: 1, due: 'nothing', presence: 'not-asked' }),
      settleKeyPart: async () => undefined,
      pinState: async (userKey) => pins.get(userKey) ?? 'set',
      voidPin: async (userKey) => void pins.set(userKey, 'void'),
    }
    const wipe = async (userKey: string) => void wiped.push(userKey)
    const known = users(keychain)
    const orders = await openOrders({ userData: folder, keychain, log, key, clock, monotonic, wipe, vault, tell: chain.tell, ehr, last: known.last, waiting: known.waiting, leave: known.leave, heard: () => undefined })
    /** As the clerk does it: by the refresh token, which the EHR takes or does not. */
    const handOut = async (userKey: string) => {
      try {
        const { refresh_token: next } = await client.refreshTokenGrant(probe.config, refreshes.get(userKey) ?? '')
        if (next !== undefined) refreshes.set(userKey, next)
      } catch (error) {
        throw new ChartkeepError(error instanceof client.ResponseBodyError && error.error === 'invalid_grant' ? 'unauthorized' : 'offline')
      }
    }
    const way = createTransport({ origins: [sandbox.baseUrl], caPem: sandbox.caPem, pins: [], proxy: undefined, limits: { maxBytes: 1024 * 1024 } })
    const { ask } = createAuth({
      fetch: way.fetch, fhirBase: sandbox.fhirBase, clientId: policy.ehr.clientId, clock, monotonic, log, mfa: policy.mfa, reports: false, userKeyOf, deviceName: 'WS',
      way: { name: 'in-app', redirectUri: none, page: { open: none, close: () => undefined } },
      refreshTokens: { read: async (userKey) => refreshes.get(userKey), store: async (userKey, token) => void refreshes.set(userKey, token), remove: async (userKey) => void refreshes.delete(userKey) },
      deviceKey: none, keepUnlockSecret: none, subjectOf: (userKey) => who.subjectOf(userKey),
    })
    const desk = { signIn: none, handOut, report: none, ask, dropAccessToken: () => undefined, dropped: async () => undefined, signOut: async () => undefined, revoke: async () => true }
    const who = createPeople({ desk: async () => desk, users: known, vault, log, newCorrelation, within })
    const report = createReport({ vaults: vaultsIn(folder), users: known, subjectOf: who.subjectOf, workstation: () => workstation, policy: () => ({ policy, caPem: undefined }), version: '1', clock, changed: orders.reportChanged })
    const last = await who.last()
    const standing = last.who && (await orders.standings.of(last.who.userKey))

    const page = (): Page => ({
      // Electron's own, which nothing here touches.
      view: {} as Page['view'], contents: {} as Page['contents'],
      loaded: Promise.resolve(), painted: Promise.resolve(), hasPainted: () => undefined, show: () => undefined, flushed: () => undefined,
      flush: () => busy.page?.() ?? Promise.resolve(),
      end: async () => void ended.push('page'),
    })
    let front = page()
    let listener: RecordsListener | undefined
    const swap = () => {
      const before = front
      front = page()
      return before
    }
    const window = { show: () => undefined, focus: () => undefined, front: () => front, spare: () => undefined, warmSpare: page, swap, overlay: () => () => undefined, answerOf: none, leaveFileDialog: () => undefined, onClose: () => undefined }
    const workstation: Workstation = createWorkstation({
      clock: { now: () => clock.now() + time.ahead }, monotonic, log, audit: chain, window, ehr, newCorrelation, wipe,
      initial: initialSession(last.who, { now: clock.now() + time.ahead, steady: contact.steady(), ages: contact.ages }, policy.session, standing === undefined ? {} : { standing }),
      policy: () => policy,
      vault: guardedVault(vault, orders.standings),
      auth: liftingSignIn(who, orders.standings, () => undefined),
      contact,
      keychain: { keeping: 'sealed', trouble: () => undefined, tryAgain: async () => undefined, onChange: () => undefined },
      notice: orders.notice,
      startRecords: (_start, to) => (listener = to, { pid: 1, attach: () => undefined, closeTab: () => undefined, grantFile: () => undefined, limit: () => undefined, hold: () => undefined, tell: () => undefined, flush: () => busy.records?.() ?? Promise.resolve(), end: async () => void ended.push('records') }),
      connect: () => undefined, disconnect: () => undefined, unsent: report.unsent, left: report.left, onWaiting: orders.reportChanged, holds: () => [], deviceProof: async () => undefined, chooseFile: none, pickFile: none, forgetClipboard: async () => undefined, closeSignInPage: () => undefined,
      files: { begin: none, ended: async () => undefined, clear: async () => undefined },
      requireSignIn: (userKey) => orders.standings.set(userKey, 'sign-in'),
      wait: (milliseconds) => wait(milliseconds),
      within,
      later: () => undefined, restart: () => undefined, info: () => ({ version: '1', workstation: { name: 'WS' }, badgeReader: false, environment: policy.environment, site: policy.site, signIn: policy.ehr.signIn }),
      hearsOrders: orders.hears, random: Math.random,
      onSession: () => orders.changed(),
    })
    await workstation.settled()
    await chain.flush()
    await orders.recorded()
    ended.length = 0
    return {
      workstation, ended, wiped,
      /** The right PIN, as `records` sees it through: it asks for the part of the key, and opens the vault with it. */
      async unlocks() {
        await listener?.keyPart(opened.part)
        listener?.unlocked(opened)
      },
      /** So much later the session looks at its deadlines. */
      passes(milliseconds: number) {
        time.ahead += milliseconds
        workstation.dispatch({ type: 'tick' })
      },
      logged,
      hearsOrders: orders.hears,
      /** `records` asks for a token because the EHR has refused the one that it had. */
      async asksForToken() {
        // Nothing is handed over here: a port that nobody reads.
        await listener?.token(true, {} as TokenPort)
      },
      /** What a person sees there. */
      screen: () => workstation.viewFor(false),
      async begin() {
        await report.load()
        await orders.begin({ workstation, newCorrelation, status: report.status })
      },
      /** `records` has counted what of somebody's work is not at the EHR. */
      unsent: report.unsent,
      /** What the chain says of orders and of the session, as it lies on the disk. */
      async says() {
        await chain.flush()
        const at = join(folder, 'audit')
        const files = (await readdir(at)).filter((name) => name.startsWith('chain-')).sort()
        const text = (await Promise.all(files.map((name) => readFile(join(at, name), 'utf8')))).join('')
        return [...text.matchAll(/"event":"((?:order|session|vault)\.[a-z-]+)"/g)].map(([, event = '']) => event)
      },
      async end() {
        await orders.close()
        await workstation.close()
        await chain.close()
        await way.close()
      },
    }
  }

  return { deviceId: key.deviceId, people: [first, second] as const, pins, keychain, start }
}
export type OrderedWorkstation = Awaited<ReturnType<typeof orderedWorkstation>>
