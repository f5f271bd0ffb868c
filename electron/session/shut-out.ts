import { type Effect, hasPin, type Locked, type Open, type SignedIn, type Step } from './states.ts'

/** Where there is a PIN to come back by; an order stands by itself. */
export function requireSignIn(who: SignedIn): readonly Effect[] {
  return hasPin(who) ? [{ do: 'require-sign-in', userKey: who.userKey }] : []
}

export function wipe({ epoch, who }: Open | Locked): Step {
  return [{ state: 'wiping', epoch: epoch + 1, who }, [{ do: 'lock' }, { do: 'wipe', userKey: who.userKey }]]
}

export function lockOut({ epoch, who }: Open | Locked): Step {
  return [{ state: 'lockedOut', epoch: epoch + 1, userKey: who.userKey }, [{ do: 'lock' }, { do: 'sign-out', userKey: who.userKey }]]
}

/** The EHR stands by it no more. */
export function refused(locked: Locked): Locked {
  // Behind a changed policy that is why nobody's token is taken any more.
  return { ...locked, needsSignIn: true, reason: locked.reason === 'policy' ? 'policy' : 'token-refused' }
}

export type Readmission = { readonly type: 'sign-in-required' | 'pin-reset' }

/** The PIN alone opens it no more; after `pin-reset` it opens nothing any more. */
export function mustSignIn(locked: Locked, { type }: Readmission): Locked {
  const isReset = type === 'pin-reset' && hasPin(locked.who)
  return { ...locked, needsSignIn: true, ...(isReset ? { reason: 'pin-reset', who: { ...locked.who, pin: 'void' } } : {}) }
}
