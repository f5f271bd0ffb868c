import type { LockReason } from '../../shared/contract/index.ts'
import { idleLeft, limitsLeft, type Moment, needsFullSignIn, overdueReason } from './deadlines.ts'
import { lockOut, mustSignIn, type Readmission, requireSignIn, wipe } from './shut-out.ts'
import { type Locked, type Open, type SessionEvent, type SessionPolicy, type Step, stay } from './states.ts'

export function whileOpen(before: Open, event: SessionEvent, at: Moment, policy: SessionPolicy): Step {
  const session = event.type === 'os-idle' && event.seconds >= 0 ? { ...before, osInput: at.steady - event.seconds * 1_000 } : before
  // Before any deadline: what it would lock is to go.
  if (event.type === 'wipe-ordered') return wipe(session)
  if (event.type === 'lock-out-ordered' && event.userKey === session.who.userKey) return lockOut(session)
  // Deadlines come first, whatever happens: a laptop that slept through one wakes locked, by any event.
  const overdue = overdueReason(session, at, policy)
  if (overdue && event.type !== 'sign-out-asked') return lock(session, overdue, at, policy)
  switch (event.type) {
    case 'input': {
      // The operating system says soon whether it has seen it too.
      const { osInput: _stale, ...others } = session
      return [warnedWhereDue({ ...others, lastInput: at.steady }, at, policy), []]
    }
    case 'tick':
    case 'os-idle':
      return [warnedWhereDue(session, at, policy), []]
    case 'pin-set':
      return [{ ...session, who: { ...session.who, pin: 'set' } }, []]
    case 'keeping-declined':
      return session.who.pin === 'set' ? stay(session) : [{ ...session, who: { ...session.who, pin: 'unavailable' } }, []]
    case 'lock-asked':
      return lock(session, event.reason, at, policy)
    case 'sign-in-required':
    case 'pin-reset':
      return event.userKey === session.who.userKey ? lock(session, 'order', at, policy, event) : stay(session)
    case 'token-refused':
      return lock(session, 'token-refused', at, policy)
    case 'sign-out-asked':
      return [{ state: 'signedOut', epoch: session.epoch + 1 }, [{ do: 'lock' }, { do: 'sign-out', userKey: session.who.userKey }]]
    default:
      return stay(session)
  }
}

/** Open, and warned where it is to lock soon. */
function warnedWhereDue(session: Open, at: Moment, policy: SessionPolicy): Open {
  const { epoch, who, lastInput, osInput } = session
  const { warning, idle } = idleLeft(session, at, policy)
  const { absolute, offline } = limitsLeft(who, at, policy)
  const [limit, reason] = absolute <= offline ? ([absolute, 'absolute'] as const) : ([offline, 'offline'] as const)
  const seenAt = Math.max(session.seenAt, at.now)
  const open = { epoch, who, lastInput, ...(osInput === undefined ? {} : { osInput }), seenAt }
  if (warning > 0 && limit > (policy.lockAfterSeconds - policy.warnAfterSeconds) * 1_000) return { state: 'active', ...open }
  return { state: 'warning', ...open, locksAt: at.now + Math.min(idle, limit), locksFor: idle <= limit ? 'idle' : reason }
}

function lock(session: Open, reason: LockReason, at: Moment, policy: SessionPolicy, order?: Readmission): Step {
  const { who } = session
  const locked: Locked = { state: 'locked', epoch: session.epoch + 1, who, reason, since: at.now, needsSignIn: needsFullSignIn(who, reason, at, policy) }
  const stands = reason === 'token-refused' || reason === 'clock' ? requireSignIn(who) : []
  return [order === undefined ? locked : mustSignIn(locked, order), [{ do: 'lock' }, ...stands, { do: 'prepare-vault', userKey: who.userKey, hasJustSignedIn: false }]]
}
