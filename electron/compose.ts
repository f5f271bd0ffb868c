import { app } from 'electron'
import { randomInt } from 'node:crypto'
import { hostname, uptime } from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Clock } from '../shared/clock.ts'
import { kindOf } from '../shared/errors.ts'
import { createHoldKeeper } from './audit/alerts/hold-keeper.ts'
import { carriedEvent, raisedEvent } from './audit/alerts/raised.ts'
import { createWitness } from './audit/alerts/witness.ts'
import { auditedVault } from './audit/audited-vault.ts'
import { createAuditChain } from './audit/chain.ts'
import { chainFolder } from './audit/disk.ts'
import { heldBack } from './audit/held-back.ts'
import type { Report, Reported } from './audit/ship/ehr-place.ts'
import { createPruner } from './audit/pruner.ts'
import { placesOf } from './audit/ship/places.ts'
import { createShipping, type Shipping } from './audit/ship/shipping.ts'
import { policyEvent } from './audit/policy-event.ts'
import { proofOf } from './auth/device-proof.ts'
import { openDesk } from './auth/open-desk.electron.ts'
import { newCorrelation } from './diagnostics/correlation.ts'
import { openLogFile } from './diagnostics/log-file.ts'
import { createLog } from './diagnostics/log.ts'
import { openOrders, type Orders } from './orders/index.ts'
import { guardedVault, liftingSignIn } from './orders/standing.ts'
import { statusOf } from './orders/status.ts'
import { createUnsentCounts } from './orders/unsent.ts'
import { policyChange } from './policy/change.ts'
import { followPolicy } from './policy/follow.ts'
import { connect } from './rpc/connect.electron.ts'
import { listenToPages, type PageCaller } from './rpc/ipc.electron.ts'
import { shareUrl } from './records/protocol.ts'
import { createRouter } from './rpc/router.ts'
import { describeApp } from './session/app-info.ts'
import { bootId } from './session/boot.ts'
import { mainHandlers } from './session/handlers.ts'
import { createContact, heardSignIn } from './session/contact.ts'
import { offlineLimit } from './session/deadlines.ts'
import { initialSession, isOpen } from './session/machine.ts'
import { followOperatingSystem } from './session/os-events.electron.ts'
import { createPeople, noDesk } from './session/people.ts'
import { startRecords } from './session/records-host.electron.ts'
import { createSleep } from './session/sleep.ts'
import { createWorkstation, type Workstation } from './session/workstation.ts'
import { proxyFor } from './transport/proxy.electron.ts'
import { auditAnchor } from './vault/audit-anchor.ts'
import { openDeviceKey } from './vault/device-key.ts'
import { epochs } from './vault/epochs.ts'
import { hsmByPolicy } from './vault/hsm/by-policy.ts'
import { hireHsm } from './vault/hsm/process.electron.ts'
import { partWrapping } from './vault/kept-part.ts'
import { keyParts } from './vault/key-part.ts'
import { attended, keytarKeychain } from './vault/keytar-keychain.ts'
import { faultOf, openKeychain } from './vault/open-keychain.ts'
import { presenceCheck } from './vault/presence.ts'
import { refreshTokens } from './vault/refresh-token.ts'
import { rotations } from './vault/rotations.ts'
import { touchId } from './vault/touch-id.electron.ts'
import { tries } from './vault/tries.ts'
import { createUnlockHelp } from './vault/unlock-help.ts'
import { unlockSecret } from './vault/unlock-secret.ts'
import { users } from './vault/users.ts'
import { createVault, vaultsIn } from './vault/vault.ts'
import { versionedKeychain } from './vault/versioned-keychain.ts'
import { watchKeychain } from './vault/watched-keychain.ts'
import { createWipe } from './vault/wipe.ts'
import { openAppSession } from './windows/app-session.ts'
import { forgetClipboard } from './windows/forget-clipboard.ts'
import { setMenu } from './windows/menu.ts'
import { proposedFile } from './session/proposed-file.ts'
import { type UnfinishedFiles, unfinishedFiles } from './session/unfinished-files.ts'
import { openPages } from './windows/pages.ts'
import { createSignInView } from './windows/sign-in-view.ts'
import type { WorkstationWindow } from './windows/workstation-window.ts'

/** The spare page can wait this long after a chart was asked for. Milliseconds. */
const afterFirstPaint = 1_500

const clock: Clock = { now: () => Date.now() }
const monotonic = () => performance.now()
const within = (work: Promise<unknown>, milliseconds: number) => Promise.race([work.then(() => 'done' as const), wait(Math.max(0, milliseconds), 'late' as const)])

/** Constructs the application: the one place where its parts meet. */
export async function compose(): Promise<void> {
  const userData = app.getPath('userData')
  const folder = app.getAppPath()
  const log = createLog(openLogFile(userData), clock)
  const own = heldBack()
  let shipping: Shipping | undefined
  let files: UnfinishedFiles | undefined
  let receiving: { readonly orders: Orders; begin(): Promise<void> | undefined } | undefined

  setMenu()
  // The page loads while the keychain, the policy and the chain are opened; it is told what to show when they are.
  const pages = openPages({ session: openAppSession(path.join(folder, 'renderer')), preload: path.join(folder, 'preload.cjs') })
  const opening = openWorkstation()
  // It may ask before that: what it is told then is which environment this is, and it asks once.
  const answering = opening.then(answerer)
  listenToPages(pages.roleOf, async (...call) => (await answering)(...call), pages.flushed)
  const workstation = await opening
  pages.serve(workstation)
  const { dispatch, audit: { flush } } = workstation
  const sleep = createSleep({ dispatch, through: () => workstation.dark().then(flush), awake: () => receiving?.orders.wake(), within, monotonic, log })
  const operatingSystem = followOperatingSystem({ dispatch, sleep, log })
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
  await pages.window.front().loaded
  log.event('window.painted', { what: workstation.session().state === 'locked' ? 'lock' : 'sign-in', ms: Math.round(monotonic()) })
  own.release(workstation.audit)
  void files?.clear()
  // After the first paint: nobody waits for it, and what was ordered before has been carried out.
  await operatingSystem.begin().catch((error: unknown) => log.event('app.failed', { failure: kindOf(error), correlation: newCorrelation() }))
  await receiving?.begin()

  async function openWorkstation(): Promise<Workstation> {
    const policy = await followPolicy({ platform: process.platform, env: process.env, development: !app.isPackaged, userData, log })
    const opened = await openKeychain(versionedKeychain(keytarKeychain()))
    const { keeping, failure } = opened
    const watched = watchKeychain({
      opened,
      look: () => faultOf(keytarKeychain(attended)),
      failed: (fault) => own.tell({ event: 'keychain.failed', outcome: 'failed', failure: fault }),
      began: ({ fault, correlation }) => log.event('keychain.trouble', { failure: fault, correlation }),
      newCorrelation,
    })
    const { keychain } = watched
    const unfinished = unfinishedFiles({ keychain, log })
    files = unfinished

    const ehr = async () => {
      const { policy: inForce, caPem } = policy.inForce()
      return { fhirBase: inForce.ehr.fhirBase, caPem, pins: inForce.ehr.pins, proxy: await proxyFor(inForce.ehr.fhirBase) }
    }

    const deviceKey = openDeviceKey(keychain)
    const key = await deviceKey.catch((error: unknown) => {
      if (kindOf(error) === 'keychain-corrupt') watched.foundCorrupt()
      return undefined
    })
    const device = key?.deviceId ?? 'unknown'
    own.tell({ event: 'app.started', outcome: 'success' })
    own.tell(policyEvent(policy.outcome()))
    if (failure) own.tell({ event: 'keychain.memory-only', outcome: 'failed', failure })
    if (!key) own.tell({ event: 'device-key.unavailable', outcome: 'failed' })
    const parts = keyParts(keychain, partWrapping(hsmByPolicy({ vault: () => policy.inForce().policy.vault, keychain, hire: hireHsm(path.join(folder, 'hsm.js')) })))
    const known = users(keychain)
    const wipe = createWipe({ keychain, vaults: vaultsIn(userData), destroyKeyParts: (userKey) => parts.destroy(userKey), users: known })
    // What an earlier start began to wipe goes before anything of anybody is opened.
    const leftover = await wipe.finish()
    for (let wiped = 0; wiped < leftover.wiped.length; wiped += 1) own.tell({ event: 'vault.wipe', outcome: 'success', cause: 'refresh' })
    if (!leftover.isComplete) own.tell({ event: 'vault.wipe', outcome: 'failed', cause: 'refresh' })
    const [counted, secret] = [tries({ keychain, monotonic, wait }), unlockSecret(keychain)]
    const vault = createVault({
      keyParts: parts,
      tries: counted,
      help: key && createUnlockHelp({ tries: counted, secret, deviceId: key.deviceId, subjectOf: (userKey) => people.subjectOf(userKey), policy: () => policy.inForce().policy.pin, clock, monotonic, wait, draw: (below) => randomInt(below) }),
      epochs: epochs(keychain),
      rotations: rotations({ keychain, clock, policy: () => policy.inForce().policy.vault.rotate }),
      presence: presenceCheck({ policy: () => policy.inForce().policy.unlock, port: touchId(), authTime: (userKey) => people.authTimeOf(userKey), clock, wait }),
      keeping,
      userData,
    })
    const signInView = createSignInView({
      window: pages.window,
      trust: () => ({ caPem: policy.inForce().caPem, pins: policy.inForce().policy.ehr.pins }),
      now: clock.now,
      onShown: (shown) => workstation.setSignInPage(shown),
      onLoaded: () => log.event('window.painted', { what: 'ehr-page', ms: Math.round(monotonic()) }),
    })
    const boot = bootId()
    const contact = createContact({
      keychain,
      clocks: () => ({ wall: clock.now(), monotonic: monotonic(), uptime: uptime() * 1_000, boot }),
      limit: () => offlineLimit(policy.inForce().policy.session),
      log,
    })
    const people = createPeople({
      desk: async () =>
        policy.isSet()
          ? openDesk({
              script: path.join(folder, 'clerk.js'),
              inForce: policy.inForce(),
              page: signInView,
              refreshTokens: refreshTokens(keychain, vaultsIn(userData)),
              deviceKey,
              keepUnlockSecret: secret.keep,
              subjectOf: (userKey) => people.subjectOf(userKey),
              log,
            })
          : noDesk(),
      users: known,
      vault: {
        // What a PIN is good for hangs on this too; it may have been out of reach until now.
        pinState: async (userKey) => {
          await contact.ready()
          return vault.pinState(userKey)
        },
      },
      log,
      newCorrelation,
    })
    const orders = await openOrders({
      userData, keychain, log, key, clock, monotonic, wipe: wipe.begin, vault, tell: own.tell,
      ehr, heard: contact.heardOrders, last: known.last, waiting: known.waiting, leave: async (userKey) => {
        await known.leave(userKey)
        await refreshTokens(keychain, vaultsIn(userData)).remove(userKey)
      },
    })
    const unsent = createUnsentCounts(vaultsIn(userData))
    await contact.ready()
    const last = await people.last()
    const chain = path.join(userData, 'audit')
    const disk = chainFolder(chain)
    const shipped = createShipping({ folder: chain, key, log, chance: Math.random, onKept: () => void pruner.look() })
    shipping = shipped
    const holds = createHoldKeeper({
      carry: (hold) => audit.tell(carriedEvent(hold)),
      changed: () => workstation.holdsChanged(),
    })
    const standing = last.who && (await orders.standings.of(last.who.userKey).catch(() => 'out' as const))
    const witness = createWitness({
      disk,
      holds,
      policy: () => policy.inForce().policy.audit.alerts,
      zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      monotonic,
      log,
      raise: (alert) => {
        audit.tell(raisedEvent(alert))
        // Not with the next group: what is not in the chain now is not acted upon.
        void audit.flush().catch(() => undefined)
        if (alert.response === 'lock') workstation.lockFor(alert.user)
      },
    })
    const audit = createAuditChain({
      disk,
      witness: witness.saw,
      clock,
      monotonic,
      log,
      key,
      anchor: auditAnchor(opened.keychain),
      actor: () => ({ ...actorOf(workstation), device }),
      onDurable: shipped.upTo,
    })

    const pruner = createPruner({
      disk,
      announce: audit.announcePruned,
      clock,
      log,
      keepDays: () => policy.inForce().policy.audit.keepLocallyDays,
      places: shipped.acknowledged,
    })

    const workstation = createWorkstation({
      clock,
      monotonic,
      log,
      initial: initialSession(last.who, { now: clock.now(), steady: contact.steady(), ages: contact.ages }, policy.inForce().policy.session, { ...(last.failure ? { failure: last.failure } : {}), ...(standing ? { standing } : {}) }),
      policy: () => policy.inForce().policy,
      audit,
      vault: auditedVault(guardedVault(vault, orders.standings), audit, newCorrelation),
      contact,
      auth: liftingSignIn(heardSignIn(people, contact), orders.standings, (error) => log.event('orders.not-lifted', { failure: kindOf(error) })),
      window: pages.window,
      keychain: watched,
      notice: orders.notice,
      ehr,
      startRecords: (start, listener) => startRecords(path.join(folder, 'records.js'), start, listener),
      connect,
      holds: holds.of,
      unsent: (userKey, count) => {
        unsent.tell(userKey, count)
        orders.workChanged()
      },
      deviceProof: async () => {
        const key = await deviceKey.catch(() => undefined)
        return key && { deviceId: key.deviceId, publicJwk: key.publicJwk, proof: await proofOf(key, shareUrl(policy.inForce().policy.ehr.fhirBase), clock) }
      },
      wipe: wipe.begin,
      requireSignIn: (userKey) => orders.standings.set(userKey, 'sign-in'),
      pickFile: pages.window.pickFile,
      chooseFile: (file) => pages.window.chooseFile(proposedFile(file, clock.now())),
      files: unfinished,
      forgetClipboard,
      onSession: () => {
        void contact.keep()
        shipped.sessionChanged()
        orders.changed()
      },
      closeSignInPage: signInView.close,
      newCorrelation,
      within,
      later: (work) => void setTimeout(work, afterFirstPaint),
      restart: () => {
        app.relaunch()
        own.tell({ event: 'app.ended', outcome: 'success' })
        void Promise.race([audit.close(), wait(longestQuit)]).finally(() => app.exit(0))
      },
      info: () => describeApp({ version: app.getVersion(), name: hostname(), deviceId: key?.deviceId }, policy.inForce().policy, policy.outcome()),
    })
    const ship = () => shipped.to(policy.isSet() ? placesOf({ policy: policy.inForce().policy, device, log, send, keychain, caPem: policy.inForce().caPem, proxyFor, clock }) : [])
    ship()
    policy.onChange((to, from) => {
      people.reopen()
      ship()
      own.tell(policyEvent(policy.outcome()))
      const change = policyChange(from, to)
      workstation.policyChanged(change)
      if (change.isOtherWay) orders.reconnect()
    })
    const status = (since: number) => statusOf(workstation.session(), since, { version: app.getVersion(), policy: policy.inForce(), subjectOf: people.subjectOf, unsent: unsent.total() })
    receiving = {
      orders,
      async begin() {
        if (!policy.isSet() || keeping !== 'sealed') return
        await unsent.load()
        await orders.begin({ workstation, newCorrelation, status })
      },
    }
    return workstation

    /** Whoever is at the workstation, or has locked it, has signed in to report; who did what is in the report. */
    async function send(reports: readonly Report[], signal: AbortSignal): Promise<Reported> {
      const session = workstation.session()
      if (!('who' in session)) return { taken: 0, failure: 'unauthorized' }
      const { userKey } = session.who
      const reported = await people.report(userKey, reports, () => isOpen(workstation.session()), signal)
      // Its token was taken.
      if (reported.taken > 0) contact.heardPerson(userKey)
      return reported
    }
  }

  function answerer(workstation: Workstation) {
    return createRouter<'main', PageCaller>({
      via: 'main',
      handlers: mainHandlers(workstation),
      session: () => {
        const session = workstation.session()
        return { state: session.state, permissions: 'who' in session ? session.who.permissions : [] }
      },
      audit: workstation.audit,
      // No row of main's carries anything that would have to be sealed.
      seal: () => Promise.resolve(undefined),
      correlation: newCorrelation,
      report: ({ procedure, failure, correlation }) => log.foreign('rpc.failed', { procedure, failure, correlation }),
    })
  }
}

/** Longer than any lock takes: what hangs then has nothing to save any more. Milliseconds. */
const longestQuit = 5_000

/** However the application is ended, what is unsaved is saved first. */
function quitInOrder(window: WorkstationWindow, close: () => Promise<void>): void {
  let closed: Promise<void> | undefined
  app.on('before-quit', (event) => {
    event.preventDefault()
    closed ??= Promise.race([close(), wait(longestQuit)]).finally(() => app.exit(0))
  })
  window.onClose(() => app.quit())
}

function actorOf(workstation: Workstation) {
  const session = workstation.session()
  return { user: 'who' in session ? session.who.userKey : undefined, epoch: session.epoch }
}
