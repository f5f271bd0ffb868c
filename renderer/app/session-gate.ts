import { assertNever } from '../../shared/assert-never.ts'
import type { SessionView } from '../../shared/contract/index.ts'

/** Which screen a session is allowed to see. */
export type Phase =
  | { readonly screen: 'starting' }
  | { readonly screen: 'sign-in' }
  | { readonly screen: 'signing-in' }
  | { readonly screen: 'choose-pin'; readonly locksAt: number | undefined }
  | { readonly screen: 'lock' }
  | { readonly screen: 'locked-out' }
  | { readonly screen: 'wiping' }
  | { readonly screen: 'workspace'; readonly locksAt: number | undefined }

/** Decides the screen. What is not known is locked. */
export function phaseOf(session: SessionView | undefined): Phase {
  if (session === undefined) return { screen: 'starting' }
  switch (session.state) {
    case 'signedOut':
      return { screen: 'sign-in' }
    case 'signingIn':
      return { screen: 'signing-in' }
    case 'active':
    case 'warning': {
      const locksAt = session.state === 'warning' ? session.locksAt : undefined
      const needsPin = session.pin === 'unset' || session.pin === 'void' || session.pin === 'out'
      return { screen: needsPin ? 'choose-pin' : 'workspace', locksAt }
    }
    case 'locked':
      return { screen: session.signInPage ? 'signing-in' : 'lock' }
    case 'lockedOut':
      return { screen: session.signInPage ? 'signing-in' : 'locked-out' }
    case 'wiping':
      return { screen: 'wiping' }
    default:
      return unknownState(session.state)
  }
}

/** A state of a newer `main`: the type says it cannot be, and if it is, nothing is shown. */
function unknownState(state: never): Phase {
  try {
    return assertNever(state)
  } catch {
    return { screen: 'lock' }
  }
}
