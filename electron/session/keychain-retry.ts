import type { KeychainStanding } from '../../shared/contract/index.ts'
import { isOpen, type Session, type SessionEvent } from './machine.ts'
import type { AuthPort, KeychainPort } from './ports.ts'
import { isKept } from './view.ts'

export interface KeychainRetryParts {
  readonly keychain: KeychainPort
  readonly auth: Pick<AuthPort, 'pinState'>
  session(): Session
  dispatch(event: SessionEvent): void
  later(work: () => void): void
  restart(): void
}

/** Looks for the keychain again because a person asked, and goes on with it where that can be done now (docs/adr/0106). */
export function keychainRetry({ keychain, auth, session, dispatch, later, restart }: KeychainRetryParts): () => Promise<KeychainStanding> {
  return async () => {
    const fault = await keychain.tryAgain()
    // What a service that ended has left in this process finds no other one; a process that began without one would.
    const isDeaf = fault === 'keychain-missing' && keychain.keeping === 'sealed'
    if (fault !== undefined && !isDeaf) return 'still'
    const now = session()
    if (isDeaf || keychain.keeping === 'memory-only') {
      // What began without a keychain begins again with it: its own key, its users, the anchor of its audit. Not under somebody's hands.
      if (isOpen(now) || now.state === 'signingIn') return isDeaf ? 'needs-restart' : 'after-session'
      // Not before it is said, and recorded.
      later(restart)
      return 'restarting'
    }
    if (now.state === 'locked') {
      const pin = await auth.pinState(now.who.userKey)
      // Somebody else's lock may be on the screen by now.
      if (session().epoch === now.epoch) dispatch({ type: 'pin-known', pin })
    }
    return isKept(session(), keychain) ? 'back' : 'after-session'
  }
}
