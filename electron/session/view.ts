import type { SessionView } from '../../shared/contract/index.ts'
import { isOpen, type Session } from './machine.ts'
import type { KeychainPort } from './ports.ts'

/** Whether what is done in the session is kept. Without a PIN that could open it again nothing is: the keychain, or the HSM, is out of reach. */
export function isKept(session: Session, { keeping }: Pick<KeychainPort, 'keeping'>): boolean {
  return keeping === 'sealed' && !(isOpen(session) && session.who.pin === 'unavailable')
}

/** What a window is told of the session: enough to word the screen, nothing that opens anything. */
export function viewOf(session: Session, keychain: Pick<KeychainPort, 'keeping' | 'trouble'>, signInPage: boolean): SessionView {
  const { keeping } = keychain
  const trouble = keychain.trouble()
  const plain = { state: session.state, epoch: session.epoch, keeping, signInPage, ...(trouble === undefined ? {} : { keychain: trouble }) }
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
        keeping: isKept(session, keychain) ? 'sealed' : 'memory-only',
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
