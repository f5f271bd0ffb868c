import { assertNever } from '../../shared/assert-never.ts'
import { type Moment, needsFullSignIn, passedLimit } from './deadlines.ts'
import { type Session, type SessionEvent, type SessionFailure, type SessionPolicy, type SignedIn, type Step, hintOf, stay } from './states.ts'
import { switchTo } from './take-over.ts'
import { whileLocked } from './while-locked.ts'
import { whileOpen } from './while-open.ts'
import { whileSigningIn } from './while-signing-in.ts'

export type { Moment } from './deadlines.ts'
export { isOpen, whoIsAt } from './states.ts'
export type { Effect, Locked, Open, Session, SessionEvent, SessionFailure, SignedIn, Step } from './states.ts'

/** What is known at the start beside who was last: that it cannot be told, or what was ordered against them (orders/standing.ts). */
export interface AtStart {
  readonly failure?: SessionFailure
  readonly standing?: 'out' | 'sign-in'
}

/** What the workstation wakes up as: locked for the last user who can unlock it, else signed out; `failure`: it cannot be told who that is. */
export function initialSession(last: SignedIn | undefined, at: Moment, policy: SessionPolicy, { failure, standing }: AtStart = {}): Session {
  if (!last) return { state: 'signedOut', epoch: 1, ...(failure === undefined ? {} : { failure }) }
  if (standing === 'out') return { state: 'lockedOut', epoch: 1, userKey: last.userKey }
  const reason = passedLimit(last, at, policy) === 'offline' ? 'offline' : 'start'
  return { state: 'locked', epoch: 1, who: last, reason, since: at.now, needsSignIn: standing === 'sign-in' || needsFullSignIn(last, reason, at, policy) }
}

/** The session machine: pure. */
export function next(session: Session, event: SessionEvent, at: Moment, policy: SessionPolicy): Step {
  switch (session.state) {
    case 'signedOut':
    case 'lockedOut':
      // Who is locked out comes back by no PIN; whoever else waits here by theirs.
      if (event.type === 'switch-asked') return session.state === 'lockedOut' && event.to.userKey === session.userKey ? stay(session) : switchTo(event.to, session.epoch, at, policy)
      if (event.type === 'lock-out-lifted' && session.state === 'lockedOut' && event.userKey === session.userKey) return [{ state: 'signedOut', epoch: session.epoch }, []]
      return event.type === 'sign-in-asked' ? [{ state: 'signingIn', epoch: session.epoch }, [{ do: 'begin-sign-in', expect: undefined, ...hintOf(event) }]] : stay(session)
    case 'signingIn':
      return whileSigningIn(session, event, at, policy)
    case 'active':
    case 'warning':
      return whileOpen(session, event, at, policy)
    case 'locked':
      return whileLocked(session, event, at, policy)
    case 'wiping':
      return event.type === 'wiped' ? [{ state: 'signedOut', epoch: session.epoch }, []] : stay(session)
    default:
      return assertNever(session)
  }
}
