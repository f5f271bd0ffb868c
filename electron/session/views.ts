import type { Clock } from '../../shared/clock.ts'
import type { SessionView } from '../../shared/contract/index.ts'
import type { Policy } from '../../shared/policy.ts'
import { limitsLeft, type Moment } from './deadlines.ts'
import { isOpen, type Session, type SignedIn } from './machine.ts'
import type { KeychainPort, NoticePort } from './ports.ts'
import { type Surroundings, viewOf } from './view.ts'

export interface ViewsParts {
  readonly clock: Clock
  policy(): Policy
  session(): Session
  moment(): Moment
  readonly keychain: KeychainPort
  readonly notice: NoticePort
  /** The sign-in page of the EHR lies over the window. */
  signInPage(): boolean
  waiting(): readonly SignedIn[]
}

/** What a page is to show now; the spare page is never told that a session is open. */
export function createViews({ clock, policy, session: current, moment, keychain, notice, signInPage, waiting }: ViewsParts): (isSpare: boolean) => SessionView {
  function around(session: Session, isPageShown: boolean): Surroundings {
    const { lock, session: limits } = policy()
    const at = moment()
    const offlineAt = isOpen(session) ? at.now + limitsLeft(session.who, at, limits).offline : undefined
    return { keychain, signInPage: isPageShown, tells: lock.others, waiting: waiting(), notice: notice.current(), signedOutAt: notice.signedOutAt(), unheardSince: notice.unheardSince(), offlineAt }
  }

  return (isSpare) => {
    const session = current()
    if (!isSpare || !isOpen(session)) return viewOf(session, around(session, signInPage() && !isSpare))
    const { epoch, who } = session
    const locked: Session = { state: 'locked', epoch, who, reason: 'manual', since: clock.now(), needsSignIn: false }
    return viewOf(locked, around(locked, false))
  }
}
