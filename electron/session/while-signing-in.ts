import type { Moment } from './deadlines.ts'
import { pinTold } from './pin-told.ts'
import { mustSignIn, refused, requireSignIn } from './shut-out.ts'
import { type Effect, hasPin, type Locked, type Session, type SessionEvent, type SessionPolicy, type SignedIn, type Step, stay } from './states.ts'
import { taken } from './take-over.ts'

export function whileSigningIn(session: Extract<Session, { state: 'signingIn' }>, event: SessionEvent, at: Moment, policy: SessionPolicy): Step {
  const { epoch, back } = session
  // Said durably once the sign-in is over: what is said of its owner while it is under way would be newer than it, and refuse it.
  const stands = session.refused === true && back !== undefined ? requireSignIn(back.who) : []
  switch (event.type) {
    case 'sign-in-cancelled':
      return [back ?? { state: 'signedOut', epoch }, [{ do: 'cancel-sign-in' }, ...stands]]
    case 'sign-in-failed':
      return [back ? { ...back, failure: event.failure } : { state: 'signedOut', epoch, failure: event.failure }, stands]
    case 'signed-in': {
      // The PIN goes only now that its owner has proved who they are: a sign-in that fails costs nobody theirs.
      const isForgotten = session.forgotPin === true && hasPin(event.who)
      const who: SignedIn = isForgotten ? { ...event.who, pin: 'void' } : event.who
      // Somebody else than who was locked gets a page and a process that have seen nothing of the other.
      const isOther = back !== undefined && back.who.userKey !== who.userKey
      const own = isOther ? epoch + 1 : epoch
      const first = back?.takenFrom ?? back?.who.userKey
      // Whoever comes back to their own session has taken it from nobody.
      const from = first === who.userKey ? undefined : first
      const ended: readonly Effect[] = isOther ? [{ do: 'lock' }, ...stands] : []
      const prepare: Effect = { do: 'prepare-vault', userKey: who.userKey, hasJustSignedIn: true }
      // A vault that is there opens with its PIN alone; without one the person chooses a PIN first thing.
      if (who.pin === 'set') {
        return [{ state: 'locked', epoch: own, who, reason: isOther ? 'taken' : 'start', since: at.now, needsSignIn: false, ...(from === undefined ? {} : { takenFrom: from }) }, [...ended, prepare]]
      }
      return [{ state: 'active', epoch: own, who, lastInput: at.steady, seenAt: at.now }, [...ended, ...taken(from, policy), ...(isForgotten ? [{ do: 'void-pin', userKey: who.userKey } as const] : []), prepare]]
    }
    case 'lock-asked':
      // The support desk's: nobody is to come in by what was begun before it. The page of the EHR is behind what else locks, and shows nothing of a patient.
      if (event.reason !== 'order') return stay(session)
      return [back ? lockedAnew(back, at.now) : { state: 'signedOut', epoch }, [{ do: 'cancel-sign-in' }, ...stands]]
    case 'lock-out-ordered':
      if (event.userKey !== back?.who.userKey) return stay(session)
      return [{ state: 'lockedOut', epoch: epoch + 1, userKey: event.userKey }, [{ do: 'cancel-sign-in' }, { do: 'lock' }, { do: 'sign-out', userKey: event.userKey }]]
    case 'sign-in-required':
    case 'pin-reset':
      // Should the sign-in that is under way be given up, another one is needed.
      return event.userKey === back?.who.userKey ? [{ ...session, back: mustSignIn(back, event) }, []] : stay(session)
    case 'token-refused':
      return back === undefined || session.refused === true ? stay(session) : [{ ...session, back: refused(back), refused: true }, []]
    case 'pin-known':
    case 'help-settled':
      return back === undefined ? stay(session) : [{ ...session, back: pinTold(back, event, at, policy) }, []]
    case 'wipe-ordered':
      if (!back) return stay(session)
      return [{ state: 'wiping', epoch: epoch + 1, who: back.who }, [{ do: 'cancel-sign-in' }, { do: 'lock' }, { do: 'wipe', userKey: back.who.userKey }]]
    case 'sign-out-asked':
      return [{ state: 'signedOut', epoch: epoch + 1 }, [{ do: 'cancel-sign-in' }, ...(back ? [{ do: 'lock' } as const, { do: 'sign-out', userKey: back.who.userKey } as const] : [])]]
    default:
      return stay(session)
  }
}

/** What asks for a full sign-in goes on being the reason. */
function lockedAnew(back: Locked, since: number): Locked {
  return back.needsSignIn ? back : { ...back, reason: 'order', since }
}
