import type { SessionView } from '../../shared/contract/index.ts'
import type { Session } from './machine.ts'

/** What a window is told of the session: enough to word the screen, nothing that opens anything. */
export function viewOf(session: Session, keeping: SessionView['keeping'], signInPage: boolean): SessionView {
  const plain = { state: session.state, epoch: session.epoch, keeping, signInPage }
  const nobody = { ...plain, permissions: [], pin: 'unavailable' } as const
  switch (session.state) {
    case 'signedOut':
      return { ...nobody, permissions: [], ...(session.failure ? { failure: session.failure } : {}) }
    case 'signingIn':
      return { ...nobody, permissions: [], ...(session.back ? { user: session.back.who.user } : {}) }
    case 'active':
    case 'warning':
      return {
        ...plain,
        // Without a PIN that could open it again nothing is kept: the keychain, or the HSM, is out of reach.
        keeping: session.who.pin === 'unavailable' ? 'memory-only' : keeping,
        user: session.who.user,
        permissions: [...session.who.permissions],
        pin: session.who.pin,
        ...(session.state === 'warning' ? { locksAt: session.locksAt } : {}),
      }
    case 'locked':
      return {
        ...plain,
        user: session.who.user,
        permissions: [],
        pin: session.needsSignIn && session.who.pin === 'set' ? 'unavailable' : session.who.pin,
        lock: { reason: session.reason, since: session.since },
        ...(session.failure ? { failure: session.failure } : {}),
      }
    default:
      return { ...nobody, permissions: [] }
  }
}
