import { useState } from 'react'
import { t } from '../../messages/index.ts'
import { useServices, useSession } from '../../services/index.ts'
import { Entry } from '../../ui/Entry.tsx'
import { BadgeReader } from '../badge/index.ts'
import { FailureNotice } from '../failure/index.ts'
import { KeychainNotice } from '../keychain/index.ts'
import { clockTime } from '../../services/clock-time.ts'
import { CallSupport } from './CallSupport.tsx'
import { FullSignIn } from './FullSignIn.tsx'
import { LeaveSession } from './LeaveSession.tsx'
import { noPinWords } from './no-pin-words.ts'
import styles from './LockScreen.module.css'
import { SwitchUser } from './SwitchUser.tsx'
import { PinEntry } from './PinEntry.tsx'
import { UnlockHelp } from './UnlockHelp.tsx'

/** Who locked, why, since when, as far as the policy tells it, and the two ways back in. Holds nothing of any patient. */
export function LockScreen() {
  const { clock, zone } = useServices()
  const { session, info } = useSession()
  const { user, lock, pin, failure: reported } = session
  const [isHelped, setHelped] = useState(false)
  const [isCodeShown, setCodeShown] = useState(false)
  // Beside a code that is read out to support, one for IT would be read out too.
  const failure = reported && isCodeShown ? { ...reported, correlation: '' } : reported
  const whatToDo = noPinWords(session)
  return (
    <Entry title={t('lock.title')} icon="lock" testId="lock-screen" apart={<Apart isCalling={isCodeShown} />}>
      <div className={styles['standing']}>
        {user ? (
          <p>
            <strong>{user.displayName}</strong> <span className={styles['quiet']}>{t(`role.${user.role}`)}</span>
          </p>
        ) : null}
        {user || pin === 'void' ? null : <p>{t('lock.unnamed')}</p>}
        {lock ? (
          <p>
            {t(`lock.reason.${lock.reason}`)}{' '}
            {lock.reason === 'taken' ? null : <span className={styles['quiet']}>{t('lock.since', { time: clockTime(lock.since, clock.now(), zone) })}</span>}
          </p>
        ) : null}
        {info && info.site !== '' ? <p className={styles['quiet']}>{info.site}</p> : null}
      </div>
      <KeychainNotice />
      {isHelped && pin === 'set' ? <output>{t('help.given')}</output> : null}
      {pin === 'set' ? (
        <PinEntry reported={failure} />
      ) : (
        <>
          {failure ? <FailureNotice failure={failure} role="alert" /> : null}
          {whatToDo === undefined ? null : <p>{whatToDo}</p>}
        </>
      )}
      <FullSignIn primary={pin !== 'set'} label={t('lock.fullSignIn')} />
      {pin === 'out' ? <UnlockHelp onHelped={() => setHelped(true)} onCodeShown={setCodeShown} /> : null}
      {pin === 'set' ? <FullSignIn primary={false} label={t('lock.forgotPin')} forgotPin /> : null}
    </Entry>
  )
}

/** What is for somebody else than who locked, far from the unlock button. `isCalling`: whom to call stands above it. */
function Apart({ isCalling }: { readonly isCalling: boolean }) {
  const { session } = useSession()
  return (
    <div className={styles['apart']}>
      <div className={styles['row']}>
        {session.user ? <p className={styles['quiet']}>{t('lock.notYou', { name: session.user.displayName })}</p> : null}
        <SwitchUser />
      </div>
      <BadgeReader isLocked />
      <LeaveSession user={session.user} />
      {isCalling ? null : <CallSupport asks={t('support.lockedOut')} />}
    </div>
  )
}
