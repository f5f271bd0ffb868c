import { assertNever } from '../../shared/assert-never.ts'
import type { LockReason, Permission, StaffMember } from '../../shared/contract/index.ts'
import type { FailureFacts, FailureKind } from '../../shared/errors.ts'
import { ceilings, type Policy } from '../../shared/policy.ts'

/** Who the session belongs to. Nothing of a patient. */
export interface SignedIn {
  readonly userKey: string
  readonly user: StaffMember
  readonly permissions: readonly Permission[]
  /** When the person last proved who they are to the EHR, in epoch milliseconds. */
  readonly authTime: number
  readonly pin: 'unset' | 'set' | 'void' | 'unavailable'
}

export type SessionFailure = FailureFacts & { readonly kind: FailureKind; readonly correlation: string }

/**
 * `active` and `warning` are the only states in which anything of a patient may be shown.
 * `lastInput` and `seenAt` are epoch milliseconds.
 */
export type Session =
  | { readonly state: 'signedOut'; readonly epoch: number; readonly failure?: SessionFailure }
  | {
      readonly state: 'signingIn'
      readonly epoch: number
      /** The locked session that asked for it. */
      readonly back?: Locked
      /** It is to end the PIN that its owner has forgotten. */
      readonly forgotPin?: true
    }
  | { readonly state: 'active'; readonly epoch: number; readonly who: SignedIn; readonly lastInput: number; readonly seenAt: number }
  | { readonly state: 'warning'; readonly epoch: number; readonly who: SignedIn; readonly lastInput: number; readonly seenAt: number; readonly locksAt: number }
  | Locked
  /** By an order of the support desk; `userKey`: whose session it was. */
  | { readonly state: 'lockedOut'; readonly epoch: number; readonly userKey: string }
  | { readonly state: 'wiping'; readonly epoch: number; /** Whose vault it is, for the record alone. */ readonly who: SignedIn }

export interface Locked {
  readonly state: 'locked'
  readonly epoch: number
  readonly who: SignedIn
  readonly reason: LockReason
  readonly since: number
  /** The PIN alone does not do any more: the absolute limit has passed, or the EHR ended the session. */
  readonly needsSignIn: boolean
  /** Whose locked session was here first, if not this one: it has its end, where the policy says so, once this one opens. */
  readonly takenFrom?: string
  readonly failure?: SessionFailure
}

export type SessionEvent =
  | { readonly type: 'sign-in-asked'; readonly forgotPin?: boolean; /** Than whose session is locked. */ readonly someoneElse?: boolean }
  /** To a session that waits here. */
  | { readonly type: 'switch-asked'; readonly to: SignedIn }
  | { readonly type: 'sign-in-cancelled' }
  | { readonly type: 'sign-in-failed'; readonly failure: SessionFailure }
  | { readonly type: 'signed-in'; readonly who: SignedIn }
  | { readonly type: 'unlocked' }
  | { readonly type: 'unlock-failed'; readonly failure: SessionFailure; readonly pin: SignedIn['pin'] }
  | { readonly type: 'pin-set' }
  /** What a PIN would be kept in cannot be reached, and the person does not wait for it. */
  | { readonly type: 'keeping-declined' }
  /** The keychain says again what the PIN is good for. */
  | { readonly type: 'pin-known'; readonly pin: SignedIn['pin'] }
  | { readonly type: 'input' }
  | { readonly type: 'tick' }
  | { readonly type: 'lock-asked'; readonly reason: LockReason }
  | { readonly type: 'sign-out-asked' }
  /** The EHR takes neither the access token nor the refresh token any more. */
  | { readonly type: 'token-refused' }
  /** The support desk: this person is locked out, or may come back; is to sign in fully; or has to choose another PIN. */
  | { readonly type: 'lock-out-ordered' | 'lock-out-lifted'; readonly userKey: string }
  | { readonly type: 'sign-in-required' | 'pin-reset'; readonly userKey: string }
  /** Everything that is kept here of whoever is at the workstation has to go. */
  | { readonly type: 'wipe-ordered' }
  /** It has gone, as far as it could. */
  | { readonly type: 'wiped' }

/** What the shell must do. Everything that shows or holds PHI is ended by `lock`. */
export type Effect =
  | { readonly do: 'begin-sign-in'; /** The only user who may come back. */ readonly expect: string | undefined }
  | { readonly do: 'cancel-sign-in' }
  /** The lock protocol: swap, flush, kill. */
  | { readonly do: 'lock' }
  /** Revoke and forget the tokens of this user. */
  | { readonly do: 'sign-out'; readonly userKey: string }
  /** `records` is to be started for this user, with their vault still shut. */
  | { readonly do: 'prepare-vault'; readonly userKey: string; /** Fully, at the EHR. */ readonly hasJustSignedIn: boolean }
  /** Only a full sign-in opens what is kept of this user, durably: neither another one's session nor a restart in between ends that. */
  | { readonly do: 'require-sign-in'; readonly userKey: string }
  /** The PIN of this user is of no more use, durably. */
  | { readonly do: 'void-pin'; readonly userKey: string }
  /** Shred what is kept of this user, then say `wiped`. */
  | { readonly do: 'wipe'; readonly userKey: string }

export type Step = readonly [Session, readonly Effect[]]
type SessionPolicy = Policy['session']

/** A clock that goes back by more than this is not trusted: milliseconds. */
const clockTolerance = 5_000

/** When the session must lock, by the policy and by the ceilings that no policy exceeds. Epoch milliseconds. */
function deadlines(who: SignedIn, lastInput: number, policy: SessionPolicy) {
  const idle = Math.min(policy.lockAfterSeconds, ceilings.idleSeconds) * 1_000
  return {
    warnAt: lastInput + policy.warnAfterSeconds * 1_000,
    idleAt: lastInput + idle,
    absoluteAt: absoluteDeadline(who, policy),
  }
}

/** After this only a full sign-in opens the session. Epoch milliseconds. */
export function absoluteDeadline(who: Pick<SignedIn, 'authTime'>, policy: SessionPolicy): number {
  return who.authTime + Math.min(policy.absoluteSeconds, ceilings.absoluteSeconds) * 1_000
}

/** What is known at the start beside who was last: that it cannot be told, or what was ordered against them (orders/standing.ts). */
export interface AtStart {
  readonly failure?: SessionFailure
  readonly standing?: 'out' | 'sign-in'
}

/** What the workstation wakes up as: locked for the last user who can unlock it, else signed out; `failure`: it cannot be told who that is. */
export function initialSession(last: SignedIn | undefined, now: number, policy: SessionPolicy, { failure, standing }: AtStart = {}): Session {
  if (!last) return { state: 'signedOut', epoch: 1, ...(failure === undefined ? {} : { failure }) }
  if (standing === 'out') return { state: 'lockedOut', epoch: 1, userKey: last.userKey }
  return { state: 'locked', epoch: 1, who: last, reason: 'start', since: now, needsSignIn: standing === 'sign-in' || needsFullSignIn(last, 'start', now, policy) }
}

/** Whether the PIN alone does not open what was locked for that reason. */
function needsFullSignIn(who: SignedIn, reason: LockReason, now: number, policy: SessionPolicy): boolean {
  if (who.pin !== 'set' || reason === 'absolute' || reason === 'token-refused' || reason === 'clock') return true
  return now >= absoluteDeadline(who, policy) || now < who.authTime - clockTolerance
}

/** The session machine: pure. `now` is epoch milliseconds of the wall clock. */
export function next(session: Session, event: SessionEvent, now: number, policy: SessionPolicy): Step {
  switch (session.state) {
    case 'signedOut':
    case 'lockedOut':
      if (event.type === 'switch-asked' && session.state === 'signedOut') return switchTo(event.to, session.epoch, now, policy)
      if (event.type === 'lock-out-lifted' && session.state === 'lockedOut' && event.userKey === session.userKey) return [{ state: 'signedOut', epoch: session.epoch }, []]
      return event.type === 'sign-in-asked' ? [{ state: 'signingIn', epoch: session.epoch }, [{ do: 'begin-sign-in', expect: undefined }]] : stay(session)
    case 'signingIn':
      return whileSigningIn(session, event, now, policy)
    case 'active':
    case 'warning':
      return whileOpen(session, event, now, policy)
    case 'locked':
      return whileLocked(session, event, now, policy)
    case 'wiping':
      return event.type === 'wiped' ? [{ state: 'signedOut', epoch: session.epoch }, []] : stay(session)
    default:
      return assertNever(session)
  }
}

const stay = (session: Session): Step => [session, []]

function whileSigningIn(session: Extract<Session, { state: 'signingIn' }>, event: SessionEvent, now: number, policy: SessionPolicy): Step {
  const { epoch, back } = session
  switch (event.type) {
    case 'sign-in-cancelled':
      return [back ?? { state: 'signedOut', epoch }, [{ do: 'cancel-sign-in' }]]
    case 'sign-in-failed':
      return [back ? { ...back, failure: event.failure } : { state: 'signedOut', epoch, failure: event.failure }, []]
    case 'signed-in': {
      // The PIN goes only now that its owner has proved who they are: a sign-in that fails costs nobody theirs.
      const isForgotten = session.forgotPin === true && event.who.pin === 'set'
      const who: SignedIn = isForgotten ? { ...event.who, pin: 'void' } : event.who
      // Somebody else than who was locked gets a page and a process that have seen nothing of the other.
      const isOther = back !== undefined && back.who.userKey !== who.userKey
      const own = isOther ? epoch + 1 : epoch
      const first = back?.takenFrom ?? back?.who.userKey
      // Whoever comes back to their own session has taken it from nobody.
      const from = first === who.userKey ? undefined : first
      const ended: readonly Effect[] = isOther ? [{ do: 'lock' }] : []
      const prepare: Effect = { do: 'prepare-vault', userKey: who.userKey, hasJustSignedIn: true }
      // A vault that is there opens with its PIN alone; without one the person chooses a PIN first thing.
      if (who.pin === 'set') {
        return [{ state: 'locked', epoch: own, who, reason: isOther ? 'taken' : 'start', since: now, needsSignIn: false, ...(from === undefined ? {} : { takenFrom: from }) }, [...ended, prepare]]
      }
      return [{ state: 'active', epoch: own, who, lastInput: now, seenAt: now }, [...ended, ...taken(from, policy), ...(isForgotten ? [{ do: 'void-pin', userKey: who.userKey } as const] : []), prepare]]
    }
    case 'lock-out-ordered':
      if (event.userKey !== back?.who.userKey) return stay(session)
      return [{ state: 'lockedOut', epoch: epoch + 1, userKey: event.userKey }, [{ do: 'cancel-sign-in' }, { do: 'lock' }, { do: 'sign-out', userKey: event.userKey }]]
    case 'sign-in-required':
    case 'pin-reset':
      // Should the sign-in that is under way be given up, another one is needed.
      return event.userKey === back?.who.userKey ? [{ ...session, back: mustSignIn(back, event) }, []] : stay(session)
    case 'wipe-ordered':
      if (!back) return stay(session)
      return [{ state: 'wiping', epoch: epoch + 1, who: back.who }, [{ do: 'cancel-sign-in' }, { do: 'lock' }, { do: 'wipe', userKey: back.who.userKey }]]
    case 'sign-out-asked':
      return [{ state: 'signedOut', epoch: epoch + 1 }, [{ do: 'cancel-sign-in' }, ...(back ? [{ do: 'lock' } as const, { do: 'sign-out', userKey: back.who.userKey } as const] : [])]]
    default:
      return stay(session)
  }
}

/** To the session of somebody who waits here: behind their own lock, in a page and a process of their own. */
function switchTo(who: SignedIn, epoch: number, now: number, policy: SessionPolicy, takenFrom?: string): Step {
  const locked: Locked = { state: 'locked', epoch: epoch + 1, who, reason: 'taken', since: now, needsSignIn: needsFullSignIn(who, 'taken', now, policy), ...(takenFrom === undefined || takenFrom === who.userKey ? {} : { takenFrom }) }
  return [locked, [...(takenFrom === undefined ? [] : [{ do: 'lock' } as const]), { do: 'prepare-vault', userKey: who.userKey, hasJustSignedIn: false }]]
}

/** What becomes of the session that was locked here, now that somebody else is at work. */
function taken(from: string | undefined, policy: SessionPolicy): readonly Effect[] {
  return from === undefined || policy.whenTaken === 'stays-locked' ? [] : [{ do: 'sign-out', userKey: from }]
}

type Open = Extract<Session, { state: 'active' | 'warning' }>

/** Whether anything of a patient may be shown. */
export function isOpen(session: Session): session is Open {
  return session.state === 'active' || session.state === 'warning'
}

function whileOpen(session: Open, event: SessionEvent, now: number, policy: SessionPolicy): Step {
  // Before any deadline: what it would lock is to go.
  if (event.type === 'wipe-ordered') return wipe(session)
  if (event.type === 'lock-out-ordered' && event.userKey === session.who.userKey) return lockOut(session)
  // Deadlines come first, whatever happens: a laptop that slept through one wakes locked, by any event.
  const overdue = overdueReason(session, now, policy)
  if (overdue && event.type !== 'sign-out-asked') return lock(session, overdue, now, policy)
  switch (event.type) {
    case 'input':
      return [{ state: 'active', epoch: session.epoch, who: session.who, lastInput: now, seenAt: now }, []]
    case 'tick': {
      const { warnAt, idleAt, absoluteAt } = deadlines(session.who, session.lastInput, policy)
      const locksAt = Math.min(idleAt, absoluteAt)
      const warnsFrom = Math.min(warnAt, absoluteAt - (policy.lockAfterSeconds - policy.warnAfterSeconds) * 1_000)
      return [now >= warnsFrom ? { ...session, state: 'warning', seenAt: now, locksAt } : { state: 'active', epoch: session.epoch, who: session.who, lastInput: session.lastInput, seenAt: now }, []]
    }
    case 'pin-set':
      return [{ ...session, who: { ...session.who, pin: 'set' } }, []]
    case 'keeping-declined':
      return session.who.pin === 'set' ? stay(session) : [{ ...session, who: { ...session.who, pin: 'unavailable' } }, []]
    case 'lock-asked':
      return lock(session, event.reason, now, policy)
    case 'sign-in-required':
    case 'pin-reset':
      return event.userKey === session.who.userKey ? lock(session, 'order', now, policy, event) : stay(session)
    case 'token-refused':
      return lock(session, 'token-refused', now, policy)
    case 'sign-out-asked':
      return [{ state: 'signedOut', epoch: session.epoch + 1 }, [{ do: 'lock' }, { do: 'sign-out', userKey: session.who.userKey }]]
    default:
      return stay(session)
  }
}

function overdueReason(session: Open, now: number, policy: SessionPolicy): LockReason | undefined {
  if (now < session.seenAt - clockTolerance) return 'clock'
  const { idleAt, absoluteAt } = deadlines(session.who, session.lastInput, policy)
  if (now >= absoluteAt) return 'absolute'
  if (now >= idleAt) return 'idle'
  return undefined
}

function lock(session: Open, reason: LockReason, now: number, policy: SessionPolicy, order?: Readmission): Step {
  const { who } = session
  const locked: Locked = { state: 'locked', epoch: session.epoch + 1, who, reason, since: now, needsSignIn: needsFullSignIn(who, reason, now, policy) }
  const stands = reason === 'token-refused' || reason === 'clock' ? requireSignIn(who) : []
  return [order === undefined ? locked : mustSignIn(locked, order), [{ do: 'lock' }, ...stands, { do: 'prepare-vault', userKey: who.userKey, hasJustSignedIn: false }]]
}

/** Where there is a PIN to come back by; an order stands by itself. */
function requireSignIn({ userKey, pin }: SignedIn): readonly Effect[] {
  return pin === 'set' ? [{ do: 'require-sign-in', userKey }] : []
}

function wipe({ epoch, who }: Open | Locked): Step {
  return [{ state: 'wiping', epoch: epoch + 1, who }, [{ do: 'lock' }, { do: 'wipe', userKey: who.userKey }]]
}

function lockOut({ epoch, who }: Open | Locked): Step {
  return [{ state: 'lockedOut', epoch: epoch + 1, userKey: who.userKey }, [{ do: 'lock' }, { do: 'sign-out', userKey: who.userKey }]]
}

type Readmission = { readonly type: 'sign-in-required' | 'pin-reset' }

/** The PIN alone opens it no more; after `pin-reset` it opens nothing any more. */
function mustSignIn(locked: Locked, { type }: Readmission): Locked {
  const pin = type === 'pin-reset' && locked.who.pin === 'set' ? 'void' : locked.who.pin
  return { ...locked, needsSignIn: true, who: { ...locked.who, pin } }
}

function whileLocked(session: Locked, event: SessionEvent, now: number, policy: SessionPolicy): Step {
  const needsSignIn = session.needsSignIn || now >= absoluteDeadline(session.who, policy)
  switch (event.type) {
    case 'sign-in-asked':
      if (event.someoneElse === true) return [{ state: 'signingIn', epoch: session.epoch, back: withoutFailure(session) }, [{ do: 'begin-sign-in', expect: undefined }]]
      return [{ state: 'signingIn', epoch: session.epoch, back: withoutFailure(session), ...(event.forgotPin === true ? { forgotPin: true } : {}) }, [{ do: 'begin-sign-in', expect: session.who.userKey }]]
    case 'switch-asked':
      return event.to.userKey === session.who.userKey ? stay(session) : switchTo(event.to, session.epoch, now, policy, session.takenFrom ?? session.who.userKey)
    case 'unlocked':
      if (needsSignIn) return stay({ ...session, needsSignIn })
      return [{ state: 'active', epoch: session.epoch, who: session.who, lastInput: now, seenAt: now }, taken(session.takenFrom, policy)]
    case 'unlock-failed': {
      const who = { ...session.who, pin: event.pin }
      return [{ ...session, who, failure: event.failure, needsSignIn: needsSignIn || event.pin !== 'set' }, []]
    }
    case 'pin-known': {
      // What was not to be had while the keychain was away is no reason any more; whatever else is stays one.
      if (session.who.pin !== 'unavailable') return stay(session)
      const who = { ...session.who, pin: event.pin }
      return [{ ...session, who, needsSignIn: needsFullSignIn(who, session.reason, now, policy) }, []]
    }
    case 'tick':
      return needsSignIn === session.needsSignIn ? stay(session) : [{ ...session, needsSignIn }, []]
    case 'token-refused':
      return [{ ...session, needsSignIn: true }, requireSignIn(session.who)]
    case 'wipe-ordered':
      return wipe(session)
    case 'lock-out-ordered':
      return event.userKey === session.who.userKey ? lockOut(session) : stay(session)
    case 'sign-in-required':
    case 'pin-reset':
      return event.userKey === session.who.userKey ? [mustSignIn(session, event), []] : stay(session)
    case 'sign-out-asked':
      return [{ state: 'signedOut', epoch: session.epoch + 1 }, [{ do: 'lock' }, { do: 'sign-out', userKey: session.who.userKey }]]
    default:
      return stay(session)
  }
}

function withoutFailure(session: Locked): Locked {
  const { failure: _shown, ...rest } = session
  return rest
}
