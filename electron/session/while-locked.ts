import { absoluteDeadline, needsFullSignIn } from './deadlines.ts'
import { lockOut, mustSignIn, requireSignIn, wipe } from './shut-out.ts'
import { type Locked, type SessionEvent, type SessionPolicy, type Step, stay } from './states.ts'
import { switchTo, taken } from './take-over.ts'

export function whileLocked(session: Locked, event: SessionEvent, now: number, policy: SessionPolicy): Step {
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
