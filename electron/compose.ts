import { app } from 'electron'
import { hostname, uptime } from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Clock } from '../shared/clock.ts'
import { kindOf } from '../shared/errors.ts'
import { auditedVault } from './audit/audited-vault.ts'
import { heldBack } from './audit/held-back.ts'
import { openAudit } from './audit/open-audit.ts'
import { policyEvent } from './audit/policy-event.ts'
import type { Shipping } from './audit/ship/shipping.ts'
import { proofOf } from './auth/device-proof.ts'
import { newCorrelation } from './diagnostics/correlation.ts'
import { openLogFile } from './diagnostics/log-file.ts'
import { createLog, type Log } from './diagnostics/log.ts'
import { openOrders, type Orders } from './orders/index.ts'
import { createReport } from './orders/report.ts'
import { guardedVault, liftingSignIn } from './orders/standing.ts'
import { policyChange } from './policy/change.ts'
import { followPolicy } from './policy/follow.ts'
import { shareUrl } from './records/protocol.ts'
import { connect, disconnect } from './rpc/connect.electron.ts'
import { answerPages } from './session/answer-pages.ts'
import { describeApp } from './session/app-info.ts'
import { bootId } from './session/boot.ts'
import { createContact, heardSignIn } from './session/contact.ts'
import { createFarewells } from './session/farewells.ts'
import { offlineLimit } from './session/deadlines.ts'
import { firstPage } from './session/first-page.ts'
import { initialSession, isOpen } from './session/machine.ts'
import { openPeople } from './session/open-people.electron.ts'
import { followOperatingSystem } from './session/os-events.electron.ts'
import { proposedFile } from './session/proposed-file.ts'
import { startRecords } from './session/records-host.electron.ts'
import { reportInTheirName } from './session/report.ts'
import { createSleep } from './session/sleep.ts'
import { type UnfinishedFiles, unfinishedFiles } from './session/unfinished-files.ts'
import { createWorkstation, type Workstation } from './session/workstation.ts'
import { proxyFor } from './transport/proxy.electron.ts'
import type { OpenedKeychain } from './vault/open-keychain.ts'
import { openKeys, wipedEvents } from './vault/open-keys.electron.ts'
import { openVault } from './vault/open-vault.electron.ts'
import { renewedUnderHsm } from './vault/renewed-under-hsm.ts'
import { unlockSecret } from './vault/unlock-secret.ts'
import { vaultsIn } from './vault/vault.ts'
import { fileDialogs } from './windows/file-dialog/ask.ts'
import { dialogProgram } from './windows/file-dialog/program.ts'
import { forgetClipboard } from './windows/forget-clipboard.ts'
import type { Pages } from './windows/pages.ts'
import { quitInOrder, relaunch } from './windows/quit.ts'
import { createSignInView } from './windows/sign-in-view.ts'

/** The spare page can wait this long after a chart was asked for. Milliseconds. */
const afterFirstPaint = 1_500

const clock: Clock = { now: () => Date.now() }
const monotonic = () => performance.now()
const within = (work: Promise<unknown>, milliseconds: number) => Promise.race([work.then(() => 'done' as const), wait(Math.max(0, milliseconds), 'late' as const)])

/** Constructs the application: the one place where its parts meet. The page loads and the keychain is asked meanwhile; the page is told what to show when they have. */
export async function compose(pages: Pages, foundKeychain: Promise<OpenedKeychain>): Promise<void> {
  const log = createLog(openLogFile(app.getPath('userData')), clock)
  const failed = (error: unknown) => log.event('app.failed', { failure: kindOf(error), correlation: newCorrelation() })
  try {
    await begin(pages, foundKeychain, log, failed)
  } catch (error) {
    // It ends with this, and nothing else says why.
    failed(error)
    throw error
  }
}

async function begin(pages: Pages, foundKeychain: Promise<OpenedKeychain>, log: Log, failed: (error: unknown) => void): Promise<void> {
  const userData = app.getPath('userData')
  const folder = app.getAppPath()
  const own = heldBack()
  const farewells = createFarewells(own.tell)
  let shipping: Shipping | undefined
  let files: UnfinishedFiles | undefined
  let receiving: { readonly orders: Orders; begin(): Promise<void> } | undefined

  const askForFile = fileDialogs(dialogProgram())
  const workstation = await openWorkstation()
  pages.serve(workstation, answerPages(workstation, log))
  const { dispatch, audit: { flush } } = workstation
  const sleep = createSleep({ dispatch, through: () => workstation.dark().then(flush), awake: () => receiving?.orders.wake(), within, monotonic, log })
  const operatingSystem = followOperatingSystem({ dispatch, sleep, isOpen: () => isOpen(workstation.session()), monotonic, log })
  app.on('second-instance', () => {
    log.event('app.second-instance', {})
    pages.window.focus()
  })
  quitInOrder(pages.window, async () => {
    await receiving?.orders.close()
    await workstation.close()
    await operatingSystem.close()
    own.tell({ event: 'app.ended', outcome: 'success' })
    await workstation.audit.close()
    await shipping?.close()
  })
  pages.window.show()
  const stands = () => log.event('window.painted', { what: workstation.session().state === 'locked' ? 'lock' : 'sign-in', ms: Math.round(monotonic()) })
  const { loaded, painted } = pages.window.front()
  const record = () => {
    own.release(workstation.audit)
    const recorded = () => receiving?.orders.recorded()
    return flush().then(recorded, recorded)
  }
  await firstPage({ loaded, painted, within, stands, record, log })
  void files?.clear()
  // After the first paint: nobody waits for it, and what was ordered before has been carried out. What fails of it ends nothing that is on the screen.
  await operatingSystem.begin().catch(failed)
  await receiving?.begin().catch(failed)

  async function openWorkstation(): Promise<Workstation> {
    // What hangs on nothing before it is asked for at once: each answer of the disk and the keychain is waited for with the window dark.
    const [policy, opened] = await Promise.all([followPolicy({ platform: process.platform, env: process.env, development: !app.isPackaged, userData, log }), foundKeychain])
    const inForce = () => policy.inForce().policy
    const keys = await openKeys({ opened, userData, hsmScript: path.join(folder, 'hsm.js'), policy: inForce, tell: own.tell, log, orphaned: farewells.take })
    const { keeping, failure } = opened
    const { watched, deviceKey, key, users } = keys
    const { keychain } = watched
    const unfinished = unfinishedFiles({ keychain, log })
    files = unfinished
    own.tell({ event: 'app.started', outcome: 'success' })
    own.tell(policyEvent(policy.outcome()))
    if (failure) own.tell({ event: 'keychain.memory-only', outcome: 'failed', failure })
    if (!key) own.tell({ event: 'device-key.unavailable', outcome: 'failed' })
    for (const wiped of wipedEvents(keys.finished)) own.tell(wiped)

    const ehr = async () => {
      const { policy: { ehr: { fhirBase, pins } }, caPem } = policy.inForce()
      return { fhirBase, caPem, pins, proxy: await proxyFor(fhirBase) }
    }
    const boot = bootId()
    const contact = createContact({
      keychain,
      clocks: () => ({ wall: clock.now(), monotonic: monotonic(), uptime: uptime() * 1_000, boot }),
      limit: () => offlineLimit(inForce().session),
      log,
    })
    const secret = unlockSecret(keychain)
    const vault = openVault({ keys, secret, userData, policy: inForce, people: () => people, clock, monotonic })
    const signInView = createSignInView({
      window: pages.window,
      trust: () => ({ caPem: policy.inForce().caPem, pins: inForce().ehr.pins }),
      now: clock.now,
      onShown: (shown) => workstation.setSignInPage(shown),
      onLoaded: () => log.event('window.painted', { what: 'ehr-page', ms: Math.round(monotonic()) }),
    })
    const people = openPeople({ policy, keys, secret, vault, contact, page: signInView, clerkScript: path.join(folder, 'clerk.js'), log, within })
    const report = createReport({ vaults: vaultsIn(userData), users, subjectOf: people.subjectOf, workstation: () => workstation, policy: policy.inForce, version: app.getVersion(), clock, changed: () => orders.reportChanged() })
    const wipe = (userKey: string) => report.wiped(userKey, () => keys.wipe.begin(userKey))
    const opening = openOrders({
      userData, keychain, log, key, clock, monotonic, wipe, vault, tell: own.tell,
      ehr, heard: contact.heardOrders, last: users.last, waiting: users.waiting, leave: async (userKey) => {
        await users.leave(userKey)
        await keys.refreshTokens.remove(userKey)
      },
    })
    const [orders] = await Promise.all([opening, contact.ready()])
    const last = await people.last()
    const standing = last.who && (await orders.standings.of(last.who.userKey).catch(() => 'out' as const))
    const send = reportInTheirName({ session: () => workstation.session(), people, contact })
    const audit = openAudit({ userData, key, anchor: opened.keychain, policy, workstation: () => workstation, clock, monotonic, log, send, keychain, proxyFor })
    shipping = audit.shipping

    const workstation: Workstation = createWorkstation({
      clock,
      monotonic,
      log,
      initial: initialSession(last.who, { now: clock.now(), steady: contact.steady(), ages: contact.ages }, inForce().session, { ...(last.failure ? { failure: last.failure } : {}), ...(standing ? { standing } : {}) }),
      policy: inForce,
      audit: audit.chain,
      vault: renewedUnderHsm(auditedVault(guardedVault(vault, orders.standings), audit.chain, newCorrelation)),
      contact,
      auth: liftingSignIn(heardSignIn(people, contact), orders.standings, (error) => log.event('orders.not-lifted', { failure: kindOf(error) })),
      window: pages.window,
      keychain: watched,
      notice: orders.notice,
      ehr,
      startRecords: (start, listener) => startRecords(path.join(folder, 'records.js'), start, listener),
      connect,
      disconnect,
      holds: audit.holds.of,
      unsent: report.unsent,
      left: report.left,
      onWaiting: orders.reportChanged,
      deviceProof: async () => {
        const key = await deviceKey.catch(() => undefined)
        return key && { deviceId: key.deviceId, publicJwk: key.publicJwk, proof: await proofOf(key, shareUrl(inForce().ehr.fhirBase), clock) }
      },
      wipe,
      requireSignIn: (userKey) => orders.standings.set(userKey, 'sign-in'),
      pickFile: (call) => pages.window.answerOf(call, () => askForFile({ is: 'open' })),
      chooseFile: (file) => pages.window.answerOf(file.call, () => askForFile({ is: 'save', ...proposedFile(file, clock.now()) })),
      files: unfinished,
      forgetClipboard,
      onSession: () => {
        void contact.keep()
        audit.shipping.sessionChanged()
        orders.changed()
      },
      closeSignInPage: signInView.close,
      hearsOrders: orders.hears,
      random: Math.random,
      newCorrelation,
      within,
      wait: (milliseconds) => wait(milliseconds),
      later: (work) => void setTimeout(work, afterFirstPaint),
      restart: () =>
        relaunch(() => {
          own.tell({ event: 'app.ended', outcome: 'success' })
          return audit.chain.close()
        }),
      info: () => describeApp({ version: app.getVersion(), name: hostname(), deviceId: key?.deviceId }, inForce(), policy.outcome()),
    })
    audit.ship()
    policy.onChange((to, from) => {
      audit.ship()
      own.tell(policyEvent(policy.outcome()))
      const change = policyChange(from, to)
      if (change.isOtherDesk) people.reopen()
      workstation.policyChanged(change)
      if (change.isOtherWay) orders.reconnect()
    })
    receiving = {
      orders,
      async begin() {
        if (!policy.isSet() || keeping !== 'sealed') return
        await report.load()
        farewells.begin(people.revoke)
        await orders.begin({ workstation, newCorrelation, status: report.status })
      },
    }
    return workstation
  }
}
