import type { SessionView } from '../../shared/contract/index.ts'
import type { Policy } from '../../shared/policy.ts'
import { isOpen, type Session, type SignedIn, whoIsAt } from './machine.ts'
import type { KeychainPort } from './ports.ts'

/** Whether what is done in the session is kept. Without a PIN that could open it again nothing is: the keychain, or the HSM, is out of reach. */
export function isKept(session: Session, { keeping }: Pick<KeychainPort, 'keeping'>): boolean {
  return keeping === 'sealed' && !(isOpen(session) && session.who.pin === 'unavailable')
}

const minute = 60_000

/** What else decides what a window is told. */
export interface Surroundings {
  readonly keychain: Pick<KeychainPort, 'keeping' | 'trouble'>
  /** The sign-in page of the EHR lies over the window. */
  readonly signInPage: boolean
  /** Of the people whose sessions wait here, by policy. */
  readonly tells: Policy['lock']['others']
  readonly waiting: readonly SignedIn[]
  /** What the support desk says. */
  readonly notice?: string | undefined
  /** When it signed out whoever was here. */
  readonly signedOutAt?: number | undefined
  /** Since when its orders do not come. */
  readonly unheardSince?: number | undefined
  /** When an open session locks, unless the EHR is heard by then. */
  readonly offlineAt?: number | undefined
}

/** What a window is told of the session: enough to word the screen, nothing that opens anything. */
export function viewOf(session: Session, { keychain, signInPage, tells, waiting, notice, signedOutAt, unheardSince, offlineAt }: Surroundings): SessionView {
  const { keeping } = keychain
  const trouble = keychain.trouble()
  const others = tells === 'names' ? waiting.filter(({ userKey }) => userKey !== whoIsAt(session)).map(({ userKey, user }) => ({ userKey, user })) : []
  const mayBeNamed = others.length > 0 && (session.state === 'locked' || session.state === 'lockedOut' || session.state === 'signedOut')
  const plain = { state: session.state, epoch: session.epoch, keeping, signInPage, ...(notice === undefined ? {} : { notice }), ...(unheardSince === undefined ? {} : { unheardSince }), ...(trouble === undefined ? {} : { keychain: trouble }), ...(mayBeNamed ? { others } : {}) }
  const nobody = { ...plain, permissions: [], pin: 'unavailable' } as const
  switch (session.state) {
    case 'signedOut':
      return { ...nobody, permissions: [], ...(signedOutAt === undefined ? {} : { signedOutAt }), ...(session.failure ? { failure: session.failure } : {}) }
    case 'signingIn':
      return { ...nobody, permissions: [], ...(session.back && tells === 'names' ? { user: session.back.who.user } : {}) }
    case 'active':
    case 'warning':
      return {
        ...plain,
        keeping: isKept(session, keychain) ? 'sealed' : 'memory-only',
        user: session.who.user,
        ...(session.who.sub !== undefined && session.who.permissions.includes('desk:read') ? { sub: session.who.sub } : {}),
        permissions: [...session.who.permissions],
        pin: session.who.pin,
        // By the minute, and told anew only when it changes.
        ...(offlineAt === undefined || !Number.isFinite(offlineAt) ? {} : { offlineAt: Math.floor(offlineAt / minute) * minute }),
        ...(session.state === 'warning' ? { locksAt: session.locksAt, locksFor: session.locksFor } : {}),
      }
    case 'locked':
      return {
        ...plain,
        ...(tells === 'names' ? { user: session.who.user } : {}),
        permissions: [],
        pin: shownPin(session),
        ...(tells === 'nothing' ? {} : { lock: { reason: session.reason, since: session.since } }),
        ...(session.failure ? { failure: session.failure } : {}),
      }
    default:
      return { ...nobody, permissions: [] }
  }
}

/** Where the PIN alone would not open it, none is asked for, and no tries of it. */
function shownPin({ needsSignIn, who: { pin } }: Extract<Session, { state: 'locked' }>): SessionView['pin'] {
  if (!needsSignIn) return pin
  return pin === 'set' ? 'unavailable' : pin === 'out' ? 'void' : pin
}
