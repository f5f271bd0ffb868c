import { t } from '../../messages/index.ts'
import { Entry } from '../../ui/Entry.tsx'
import { BadgeReader } from '../badge/index.ts'
import { KeychainNotice } from '../keychain/index.ts'
import { CallSupport } from './CallSupport.tsx'
import { FullSignIn } from './FullSignIn.tsx'
import { SwitchUser } from './SwitchUser.tsx'

/** Support has ended this session from afar: the PIN opens nothing. Those of others who wait here go on. */
export function LockedOut() {
  return (
    <Entry title={t('lockedOut.title')} icon="lock" testId="locked-out" apart={<SwitchUser />}>
      <p>{t('lockedOut.why')}</p>
      <CallSupport asks={t('lockedOut.unexpected')} />
      <KeychainNotice />
      <FullSignIn primary label={t('lockedOut.signIn')} />
      <BadgeReader isLocked={false} />
    </Entry>
  )
}
