import type { LockReason } from '../../shared/contract/index.ts'
import { ceilings } from '../../shared/policy.ts'
import type { Ages } from './contact-ledger.ts'
import { hasPin, type LimitReason, type Open, type SessionPolicy, type SignedIn } from './states.ts'

/** When something happens: by the wall clock, which people see and can set, and by what cannot be set back (steady-time.ts). Milliseconds. */
export interface Moment {
  /** Of the epoch. */
  readonly now: number
  /** A count of this process that never goes back. */
  readonly steady: number
  /** How long ago that was which a person's session depends on. */
  ages(userKey: string): Ages
}

/** A clock that goes back by more than this is not trusted: milliseconds. */
const clockTolerance = 5_000

/** After so long only a full sign-in opens the session, by the policy and by the ceilings that no policy exceeds. Milliseconds from now. */
export interface LimitsLeft {
  readonly absolute: number
  readonly offline: number
}

/** The same for what input puts off: whoever has seen none for longer counts, this window or the operating system. */
export function idleLeft({ lastInput, osInput = lastInput }: Pick<Open, 'lastInput' | 'osInput'>, { steady }: Moment, policy: SessionPolicy): { readonly warning: number; readonly idle: number } {
  const passed = steady - Math.min(lastInput, osInput)
  return { warning: policy.warnAfterSeconds * 1_000 - passed, idle: Math.min(policy.lockAfterSeconds, ceilings.idleSeconds) * 1_000 - passed }
}

export function limitsLeft(who: Pick<SignedIn, 'authTime' | 'userKey'>, { now, ages }: Moment, policy: SessionPolicy): LimitsLeft {
  const absolute = Math.min(policy.absoluteSeconds, ceilings.absoluteSeconds) * 1_000
  const { sinceSignIn, unheard } = ages(who.userKey)
  return {
    // By the EHR's clock against ours, and by how long it is as this workstation counts.
    absolute: absolute - Math.max(now - who.authTime, sinceSignIn),
    offline: offlineLimit(policy) - unheard,
  }
}

/** How long the EHR may be unheard. Milliseconds. */
export function offlineLimit(policy: SessionPolicy): number {
  return Math.min(policy.offlineSeconds, ceilings.offlineSeconds) * 1_000
}

/** The limit after which the PIN alone opens nothing, where one has passed. */
export function passedLimit(who: Pick<SignedIn, 'authTime' | 'userKey'>, at: Moment, policy: SessionPolicy): LimitReason | undefined {
  const { absolute, offline } = limitsLeft(who, at, policy)
  if (absolute <= 0) return 'absolute'
  return offline <= 0 ? 'offline' : undefined
}

const withoutPin: readonly LockReason[] = ['absolute', 'offline', 'token-refused', 'clock']

/** Whether the PIN alone does not open what was locked for that reason. */
export function needsFullSignIn(who: SignedIn, reason: LockReason, at: Moment, policy: SessionPolicy): boolean {
  if (!hasPin(who) || withoutPin.includes(reason)) return true
  return passedLimit(who, at, policy) !== undefined || at.now < who.authTime - clockTolerance
}

/** Why an open session is to lock now, whatever happens; undefined where it is not. */
export function overdueReason(session: Open, at: Moment, policy: SessionPolicy): LockReason | undefined {
  if (at.now < session.seenAt - clockTolerance) return 'clock'
  return passedLimit(session.who, at, policy) ?? (idleLeft(session, at, policy).idle <= 0 ? 'idle' : undefined)
}
