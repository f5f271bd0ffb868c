import { type Moment, passedLimit } from './deadlines.ts'
import { pinTold, withoutFailure } from './pin-told.ts'
import { lockOut, mustSignIn, refused, requireSignIn, wipe } from './shut-out.ts'
import { hasPin, hintOf, type Locked, type SessionEvent, type SessionPolicy, type Step, stay } from './states.ts'
import { switchTo, taken } from './take-over.ts'

export function whileLocked(session: Locked, event: SessionEvent, at: Moment, policy: SessionPolicy): Step {
  const passed = passedLimit(session.who, at, policy)
  const needsSignIn = session.needsSignIn || passed !== undefined
  switch (event.type) {
    case 'sign-in-asked':
      if (event.someoneElse === true) return [{ state: 'signingIn', epoch: session.epoch, back: withoutFailure(session) }, [{ do: 'begin-sign-in', expect: undefined, ...hintOf(event) }]]
      return [{ state: 'signingIn', epoch: session.epoch, back: withoutFailure(session), ...(event.forgotPin === true ? { forgotPin: true } : {}) }, [{ do: 'begin-sign-in', expect: session.who.userKey }]]
    case 'switch-asked':
      return event.to.userKey === session.who.userKey ? stay(session) : switchTo(event.to, session.epoch, at, policy, session.takenFrom ?? session.who.userKey)
    case 'unlocked':
      // A PIN that was right, and is through too late: what it has opened is ended.
      if (needsSignIn || session.who.pin === 'out') return [{ ...session, epoch: session.epoch + 1, needsSignIn }, [{ do: 'lock' }, { do: 'prepare-vault', userKey: session.who.userKey, hasJustSignedIn: false }]]
      return [{ state: 'active', epoch: session.epoch, who: session.who, lastInput: at.steady, seenAt: at.now }, taken(session.takenFrom, policy)]
    case 'unlock-failed': {
      const who = { ...session.who, pin: event.pin }
      return [{ ...session, who, failure: event.failure, needsSignIn: needsSignIn || !hasPin(who) }, []]
    }
    case 'pin-known':
    case 'help-settled':
      return stay(pinTold(session, event, at, policy))
    case 'tick':
      // The screen says why the PIN is asked for no more; of the absolute limit it says so by asking for the sign-in.
      return needsSignIn === session.needsSignIn ? stay(session) : [{ ...session, needsSignIn, ...(passed === 'offline' ? { reason: passed } : {}) }, []]
    case 'token-refused':
      if (session.needsSignIn && session.reason === 'token-refused') return stay(session)
      return [refused(session), requireSignIn(session.who)]
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
