import { assertNever } from '../../shared/assert-never.ts'
import type { AuditChain } from '../audit/chain.ts'
import type { AppInfo, FileCall, KeychainStanding, PatientId, SessionView, TabId } from '../../shared/contract/index.ts'
import { kindOf } from '../../shared/errors.ts'
import type { PolicyChange } from '../policy/change.ts'
import type { Page } from '../windows/page.ts'
import { changeEvent } from './change-event.ts'
import type { LockTimes } from './lock.ts'
import { createLocking } from './locking.ts'
import { type Effect, isOpen, type Session, type SessionEvent, type SignedIn, whoIsAt } from './machine.ts'
import { passedLimit } from './deadlines.ts'
import { createEndings } from './endings.ts'
import { effectsInTurn } from './effects-in-turn.ts'
import { createGrantWatch } from './grant-watch.ts'
import { keychainRetry } from './keychain-retry.ts'
import { createRecordsPost } from './records-post.ts'
import { pausesBeforeReplacing } from './replacing.ts'
import { createSessionShell } from './shell.ts'
import { createSignIn } from './sign-in-under-way.ts'
import { unlockHelp } from './unlock-help.ts'
import { isKept } from './view.ts'
import { createViews } from './views.ts'
import { createWaitingPeople } from './waiting-people.ts'
import type { WorkstationParts } from './workstation-parts.ts'

/** One workstation: its session, its window, and the `records` process of whoever is at it. */
export interface Workstation {
  dispatch(event: SessionEvent): void
  session(): Session
  /** Whose sessions wait here behind the one on the screen, the newest first. */
  waiting(): readonly SignedIn[]
  /** What a page is to show; the spare page is never told that a session is open. */
  viewFor(spare: boolean): SessionView
  info(): AppInfo
  readonly audit: AuditChain
  setSignInPage(shown: boolean): void
  readNotice(): Promise<void>
  /** Looks for the keychain again, and goes on with it where that can be done now. */
  tryKeychain(): Promise<KeychainStanding>
  /** What the support desk can do for whoever is locked out of tries: see unlock-help.ts. */
  readonly unlockHelp: ReturnType<typeof unlockHelp>
  /** To the session of somebody who waits here. Rejects `not-permitted` for anybody else, and where the policy names nobody. */
  switchTo(userKey: string): Promise<void>
  /** Ends the session of somebody who waits here, and is not on the screen. Never rejects. */
  signOutWaiting(userKey: string): Promise<void>
  /** After an order about somebody who waits here: looks anew at who does; `gone` is offered no more. Never rejects. */
  reviewWaiting(gone?: string): Promise<void>
  /** Another policy is in force: what can change under way does, and what cannot locks. */
  policyChanged(change: PolicyChange): void
  /** Other charts may be held than before. */
  holdsChanged(): void
  /** An alert about this user asks for a lock. */
  lockFor(userKey: string | undefined): void
  openTab(patient: PatientId, ask: readonly string[]): TabId
  closeTab(tab: TabId): void
  /** Names the file that the person picks, for one use by the page. */
  pickFile(call: FileCall): Promise<string | undefined>
  /** A call that asks for a file is given up: its dialog ends, or does not open. */
  leaveFileDialog(call: FileCall): void
  /** The front page's process ended by itself. */
  pageLost(page: Page): void
  /** Times of the locks since start, newest last. */
  locks(): readonly LockTimes[]
  /** Resolves when no lock is under way: nothing of a patient is on the screen or in a process any more. Never rejects. */
  dark(): Promise<void>
  /** Resolves when what a lock or sign-out set going is through. */
  settled(): Promise<void>
  /** Before the application ends: what is open is locked, so that nothing unsaved is lost, and `records` is reaped. */
  close(): Promise<void>
}

/** What a restart at a lock waits for a redemption that is under way; what was typed may linger for as long in `main`. Milliseconds. */
const lastRedemption = 1_000

export function createWorkstation(parts: WorkstationParts): Workstation {
  const { auth, window, log, clock } = parts
  let signInPage = false
  let closing = false
  /** The open session that was locked last. */
  let lastOpen: Session | undefined
  let isReplaced = false
  const pauses = { page: pausesBeforeReplacing(parts.monotonic), records: pausesBeforeReplacing(parts.monotonic) }
  /** Effects that take time follow each other: nobody's `records` starts before the last one's is reaped. */
  const effects = effectsInTurn((error) => log.event('app.failed', { failure: kindOf(error), correlation: parts.newCorrelation() }))

  const post = createRecordsPost({ ...parts, session: () => shell.current(), dispatch: (event) => shell.dispatch(event), front: window.front, heard: parts.contact.heardPerson, beforeData: (userKey) => grant.beforeData(userKey), lost: recordsLost, shut: recordsShut })
  const locking = createLocking({ ...parts, post, through: locked })
  const signIn = createSignIn({ ...parts, dispatch: (event) => shell.dispatch(event) })
  const people = createWaitingPeople({ auth, tells: () => parts.policy().lock.others, changed: waitingChanged, dispatch: (event) => shell.dispatch(event) })
  const endings = createEndings(parts)
  const grant = createGrantWatch({
    ...parts, session: () => shell.current(), dispatch: (event) => shell.dispatch(event), waiting: people.current, steady: parts.contact.steady, heard: parts.contact.heardPerson,
    isPast: (who) => passedLimit(who, moment(), parts.policy().session) !== undefined,
    requireSignIn: (userKey) => effects.beside(endings.requireSignIn(userKey)),
  })
  const tryKeychain = keychainRetry({ ...parts, session: () => shell.current(), dispatch: (event) => shell.dispatch(event) })
  const moment = () => ({ now: clock.now(), steady: parts.contact.steady(), ages: parts.contact.ages })
  const viewFor = createViews({ ...parts, session: () => shell.current(), moment, signInPage: () => signInPage, waiting: people.current })
  const shell = createSessionShell({ moment, initial: parts.initial, policy: () => parts.policy().session, carryOut, changed })

  function publish(): void {
    window.front().show(viewFor(false))
    window.spare()?.show(viewFor(true))
  }

  function waitingChanged(): void {
    publish()
    parts.onWaiting?.()
  }

  function changed(to: Session, from: Session, event: SessionEvent): void {
    if ('who' in to) post.current()?.tell(to.state, to.who.permissions)
    publish()
    if (isOpen(to) && !isKept(to, parts.keychain) && (!isOpen(from) || isKept(from, parts.keychain))) parts.audit.tell({ event: 'session.memory-only', outcome: 'success', ...failureOf(parts.keychain.trouble()) })
    const told = changeEvent(to, from, event)
    // Another one's lock is another lock.
    if (to.state === from.state && to.epoch === from.epoch) {
      if (told) parts.audit.tell(told)
      return
    }
    log.event('session.changed', { from: from.state, to: to.state, epoch: to.epoch })
    // Of whoever is wiped nothing is written any more.
    if (isOpen(from) && to.state !== 'wiping' && !(isOpen(to) && to.who.userKey === from.who.userKey)) parts.left?.(from.who.userKey)
    parts.onSession?.()
    const person = to.state === 'active' ? auth.fhirUser(to.who.userKey) : undefined
    if (told) parts.audit.tell(person === undefined ? told : { ...told, facts: { ...told.facts, person } })
    if (isOpen(to) && !isOpen(from)) {
      void auth.comeBack(to.who.userKey)
      parts.notice.atWork()
    }
    if (to.state === 'locked' || to.state === 'lockedOut' || to.state === 'signedOut') effects.add(people.look)
    // Who comes and who goes is signed for at once; what the disk refuses is signed with what follows.
    if (!(isOpen(to) && isOpen(from))) void parts.audit.checkpoint().catch(() => undefined)
    // Later than the chart's first paint, which is what the person waits for.
    if (to.state === 'active' && from.state !== 'warning' && parts.policy().lock.spare) parts.later(() => isOpen(shell.current()) && window.warmSpare())
  }

  function carryOut(effect: Effect, from: Session): void {
    switch (effect.do) {
      case 'begin-sign-in':
        void signIn.begin(effect.expect, effect.hint)
        return
      case 'cancel-sign-in':
        signIn.cancel()
        return
      case 'lock':
        if (isOpen(from)) lastOpen = from
        // The swap happens now; what follows takes its time.
        effects.beside(locking.lock(from))
        return
      case 'prepare-vault':
        post.retire()
        effects.add(() => prepare(effect.userKey, effect.hasJustSignedIn))
        return
      case 'wipe':
        people.forget(effect.userKey)
        effects.add(() => endings.wipe(effect.userKey).then(() => shell.dispatch({ type: 'wiped' })))
        return
      case 'require-sign-in':
        // At once, beside the lock: a sign-in that begins now is one that lifts it.
        effects.beside(endings.requireSignIn(effect.userKey))
        return
      case 'void-pin':
        effects.add(() => endings.voidPin(effect.userKey))
        return
      case 'sign-out':
        people.forget(effect.userKey)
        effects.add(() => auth.signOut(effect.userKey))
        return
      default:
        assertNever(effect)
    }
  }

  function locked(from: Session): void {
    // Only what was open leaves traces; and what is to be wiped is, first. Who signed out is, too: the token is gone before the process is.
    const { state } = shell.current()
    if (!parts.policy().lock.restart || closing || !isOpen(from) || state === 'wiping') return
    // A refresh token that is being redeemed has its successor in the answer, and nowhere else.
    void (state === 'locked' ? parts.within(auth.dropped(), lastRedemption) : effects.over()).then(() => replaceTree(from))
  }

  /** Once. Whoever is at work again by then is not interrupted, and what they have open is ended by their own lock first. */
  function replaceTree(left: Session): void {
    if (closing || isReplaced || left !== lastOpen || isOpen(shell.current())) return
    isReplaced = true
    parts.restart()
  }

  async function prepare(userKey: string, hasJustSignedIn = false): Promise<void> {
    if (!closing) await post.prepare(userKey, hasJustSignedIn)
  }

  /** What it held is gone: an open session locks, a locked one gets another to unlock with. */
  function recordsLost(userKey: string): void {
    if (isOpen(shell.current())) shell.dispatch({ type: 'lock-asked', reason: 'records-lost' })
    else afterPause(pauses.records(), () => effects.add(() => (post.current() === undefined ? prepare(userKey) : undefined)))
  }

  /** It had opened the vault behind a lock. */
  function recordsShut(userKey: string, ended: Promise<void>): void {
    effects.beside(ended)
    effects.add(() => prepare(userKey))
  }

  function afterPause(pause: number, replace: () => void): void {
    if (pause === 0) replace()
    else void parts.wait(pause).then(replace)
  }

  /** A sign-in or lock screen that died: another one takes its place, or nobody would get in any more. */
  function replaceFront(dead: Page): void {
    // It went with a lock, or a sign-in, by the way.
    if (closing || dead !== window.front() || isOpen(shell.current())) return
    void window.swap().end()
    if (shell.current().state === 'signingIn') {
      // The EHR's page went with the one it lay upon.
      parts.closeSignInPage()
      shell.dispatch({ type: 'sign-in-cancelled' })
    }
    effects.add(post.join)
  }

  parts.keychain.onChange(publish)
  parts.notice.onChange(publish)
  effects.add(people.look)
  if (parts.initial.state === 'locked') effects.beside(prepare(parts.initial.who.userKey))

  return {
    dispatch: (event) => {
      shell.dispatch(event)
      if (event.type === 'tick') grant.look()
    },
    session: shell.current,
    waiting: () => people.current().filter(({ userKey }) => userKey !== whoIsAt(shell.current())),
    viewFor,
    info: parts.info,
    audit: parts.audit,
    readNotice: () => parts.notice.read(),
    setSignInPage: (shown) => {
      signInPage = shown
      publish()
    },
    tryKeychain,
    unlockHelp: unlockHelp({ vault: parts.vault, session: shell.current, dispatch: shell.dispatch }),
    switchTo: people.switchTo,
    signOutWaiting: people.signOut,
    reviewWaiting: people.review,
    policyChanged: ({ needsSignIn, isOtherWay }) => {
      const { cache, pin } = parts.policy()
      post.current()?.limit({ cache, pin })
      shell.dispatch({ type: 'tick' })
      publish()
      if (!isOtherWay) return
      // A sign-in under way was begun under other rules.
      if (shell.current().state === 'signingIn') shell.dispatch({ type: 'sign-in-cancelled' })
      const session = shell.current()
      if (isOpen(session)) shell.dispatch({ type: 'lock-asked', reason: 'policy' })
      // The one that waits for the PIN knows the old way.
      else if (session.state === 'locked') {
        post.retire()
        effects.add(() => prepare(session.who.userKey))
      }
      if (needsSignIn) shell.dispatch({ type: 'token-refused' })
    },
    holdsChanged: post.holdsChanged,
    lockFor: (userKey) => {
      const session = shell.current()
      if (isOpen(session) && session.who.userKey === userKey) shell.dispatch({ type: 'lock-asked', reason: 'alert' })
    },
    openTab: post.openTab,
    closeTab: post.closeTab,
    pickFile: post.pickFile,
    leaveFileDialog: window.leaveFileDialog,
    pageLost: (page) => {
      log.event('process.gone', { process: page === window.front() ? 'chart' : 'spare', reason: 'other', expected: false })
      if (page !== window.front()) return
      if (isOpen(shell.current())) shell.dispatch({ type: 'lock-asked', reason: 'records-lost' })
      else afterPause(pauses.page(), () => replaceFront(page))
    },
    locks: locking.times,
    dark: locking.dark,
    settled: effects.settled,
    close: async () => {
      closing = true
      const asked = grant.close()
      if (isOpen(shell.current())) shell.dispatch({ type: 'lock-asked', reason: 'manual' })
      await effects.over()
      await post.current()?.end()
      await asked
    },
  }
}

const failureOf = (trouble: SessionView['keychain']) => (trouble === undefined ? {} : { failure: trouble.fault })
