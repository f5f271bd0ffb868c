import { type Moment, needsFullSignIn, passedLimit } from './deadlines.ts'
import type { Locked, SessionEvent, SessionPolicy } from './states.ts'

export type PinTold = Extract<SessionEvent, { type: 'pin-known' | 'help-settled' }>

/** What the PIN of a lock is good for now, as the keychain or the support desk has it. */
export function pinTold(session: Locked, event: PinTold, at: Moment, policy: SessionPolicy): Locked {
  const who = { ...session.who, pin: event.pin }
  if (event.type === 'pin-known') {
    // What was not to be had while the keychain was away is no reason any more; whatever else is stays one.
    return session.who.pin === 'unavailable' ? { ...session, who, needsSignIn: needsFullSignIn(who, session.reason, at, policy) } : session
  }
  if (session.who.pin !== 'out') return session
  // What else asks for a full sign-in stays.
  return { ...withoutFailure(session), who, needsSignIn: session.needsSignIn || passedLimit(session.who, at, policy) !== undefined || event.pin === 'void' }
}

export function withoutFailure(session: Locked): Locked {
  const { failure: _shown, ...rest } = session
  return rest
}
