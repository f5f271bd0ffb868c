import type { LockReason } from '../../shared/contract/index.ts'
import { deadlines, needsFullSignIn, overdueReason } from './deadlines.ts'
import { lockOut, mustSignIn, type Readmission, requireSignIn, wipe } from './shut-out.ts'
import { type Locked, type Open, type SessionEvent, type SessionPolicy, type Step, stay } from './states.ts'

export function whileOpen(session: Open, event: SessionEvent, now: number, policy: SessionPolicy): Step {
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

function lock(session: Open, reason: LockReason, now: number, policy: SessionPolicy, order?: Readmission): Step {
  const { who } = session
  const locked: Locked = { state: 'locked', epoch: session.epoch + 1, who, reason, since: now, needsSignIn: needsFullSignIn(who, reason, now, policy) }
  const stands = reason === 'token-refused' || reason === 'clock' ? requireSignIn(who) : []
  return [order === undefined ? locked : mustSignIn(locked, order), [{ do: 'lock' }, ...stands, { do: 'prepare-vault', userKey: who.userKey, hasJustSignedIn: false }]]
}
