import { t } from '../../messages/index.ts'
import { useSession } from '../../services/index.ts'
import { Entry } from '../../ui/Entry.tsx'
import { BadgeReader } from '../badge/index.ts'
import { FailureNotice } from '../failure/index.ts'
import { KeychainNotice } from '../keychain/index.ts'
import { CallSupport } from './CallSupport.tsx'
import { FullSignIn } from './FullSignIn.tsx'

/** Support has ended this session from afar: the PIN opens nothing. */
export function LockedOut() {
  const { session } = useSession()
  return (
    <Entry title={t('lockedOut.title')} testId="locked-out">
      {session.user ? (
        <p>
          <strong>{session.user.displayName}</strong>
        </p>
      ) : null}
      <p>{t('lockedOut.why')}</p>
      <CallSupport asks={t('lockedOut.unexpected')} />
      <KeychainNotice />
      {session.failure ? <FailureNotice failure={session.failure} role="alert" /> : null}
      <BadgeReader isLocked={false} />
      <FullSignIn primary label={t('lockedOut.signIn')} />
    </Entry>
  )
}
