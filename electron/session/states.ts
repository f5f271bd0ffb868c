import type { LockReason, Permission, PinState, StaffMember } from '../../shared/contract/index.ts'
import type { FailureFacts, FailureKind } from '../../shared/errors.ts'
import type { Policy } from '../../shared/policy.ts'

/** Who the session belongs to. Nothing of a patient. */
export interface SignedIn {
  readonly userKey: string
  readonly user: StaffMember
  /** Who they are to the EHR. */
  readonly sub?: string
  readonly permissions: readonly Permission[]
  /** When the person last proved who they are to the EHR, in epoch milliseconds. */
  readonly authTime: number
  readonly pin: PinState
}

/** The limits after which the PIN alone opens nothing. */
export type LimitReason = Extract<LockReason, 'absolute' | 'offline'>

export type SessionFailure = FailureFacts & { readonly kind: FailureKind; readonly correlation: string }

/**
 * `active` and `warning` are the only states in which anything of a patient may be shown.
 * `lastInput` is in steady milliseconds (steady-time.ts), and so is `osInput`, the last that the operating system saw of anybody, where it tells; `seenAt`, the latest
 * that the wall clock has said, in epoch milliseconds.
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
      /** Meanwhile the EHR has refused the session behind it. */
      readonly refused?: true
    }
  | { readonly state: 'active'; readonly epoch: number; readonly who: SignedIn; readonly lastInput: number; readonly osInput?: number; readonly seenAt: number }
  | {
      readonly state: 'warning'
      readonly epoch: number
      readonly who: SignedIn
      readonly lastInput: number
      readonly osInput?: number
      readonly seenAt: number
      readonly locksAt: number
      /** Input puts off `idle`, and no limit. */
      readonly locksFor: 'idle' | LimitReason
    }
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
  /** The PIN alone does not do any more: a limit has passed, or the EHR ended the session. */
  readonly needsSignIn: boolean
  /** Whose locked session was here first, if not this one: it has its end, where the policy says so, once this one opens. */
  readonly takenFrom?: string
  readonly failure?: SessionFailure
}

export type SessionEvent =
  | { readonly type: 'sign-in-asked'; readonly forgotPin?: boolean; /** Than whose session is locked. */ readonly someoneElse?: boolean; /** Of a badge: see ADR 0119. */ readonly hint?: string }
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
  /** The support desk's answer brought tries of the PIN, or the end of it. */
  | { readonly type: 'help-settled'; readonly pin: 'set' | 'void' }
  | { readonly type: 'input' }
  /** For so long the operating system has seen no input of anybody: seconds (os-idle.ts). */
  | { readonly type: 'os-idle'; readonly seconds: number }
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

/** There is a PIN that opens what is kept, now or once the desk has granted tries. */
export const hasPin = ({ pin }: Pick<SignedIn, 'pin'>): boolean => pin === 'set' || pin === 'out'

/** What the shell must do. Everything that shows or holds PHI is ended by `lock`. */
export type Effect =
  | { readonly do: 'begin-sign-in'; /** The only user who may come back. */ readonly expect: string | undefined; readonly hint?: string }
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
/** The limits of a session; how often the EHR is asked of it is not the machine's. */
export type SessionPolicy = Omit<Policy['session'], 'introspectSeconds'>

export type Open = Extract<Session, { state: 'active' | 'warning' }>

/** Whether anything of a patient may be shown. */
export function isOpen(session: Session): session is Open {
  return session.state === 'active' || session.state === 'warning'
}

/** Whose session it is, open, locked or locked out. */
export function whoIsAt(session: Session): string | undefined {
  if ('who' in session) return session.who.userKey
  if (session.state === 'signingIn') return session.back?.who.userKey
  return session.state === 'lockedOut' ? session.userKey : undefined
}

export const stay = (session: Session): Step => [session, []]

/** Carries the hint of a sign-in on, where there is one. */
export const hintOf = ({ hint }: Extract<SessionEvent, { type: 'sign-in-asked' }>): { readonly hint?: string } => (hint === undefined ? {} : { hint })
