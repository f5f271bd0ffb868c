import type { LockReason } from '../../shared/contract/index.ts'
import { ceilings } from '../../shared/policy.ts'
import type { Open, SessionPolicy, SignedIn } from './states.ts'

/** A clock that goes back by more than this is not trusted: milliseconds. */
const clockTolerance = 5_000

/** When the session must lock, by the policy and by the ceilings that no policy exceeds. Epoch milliseconds. */
export function deadlines(who: SignedIn, lastInput: number, policy: SessionPolicy) {
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

/** Whether the PIN alone does not open what was locked for that reason. */
export function needsFullSignIn(who: SignedIn, reason: LockReason, now: number, policy: SessionPolicy): boolean {
  if (who.pin !== 'set' || reason === 'absolute' || reason === 'token-refused' || reason === 'clock') return true
  return now >= absoluteDeadline(who, policy) || now < who.authTime - clockTolerance
}

/** Why an open session is to lock now, whatever happens; undefined where it is not. */
export function overdueReason(session: Open, now: number, policy: SessionPolicy): LockReason | undefined {
  if (now < session.seenAt - clockTolerance) return 'clock'
  const { idleAt, absoluteAt } = deadlines(session.who, session.lastInput, policy)
  if (now >= absoluteAt) return 'absolute'
  if (now >= idleAt) return 'idle'
  return undefined
}
