import { useState } from 'react'
import { failureOf, type ShownFailure } from '../../bridge/index.ts'
import { t } from '../../messages/index.ts'
import { clockTime } from '../../services/clock-time.ts'
import { useServices, useSession } from '../../services/index.ts'
import { Button } from '../../ui/Button.tsx'
import { focusFirst } from '../../ui/focus-first.ts'
import { Entry } from '../../ui/Entry.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { BadgeReader } from '../badge/index.ts'
import { FailureNotice } from '../failure/index.ts'
import { KeychainNotice } from '../keychain/index.ts'
import { WaitingPeople } from '../lock/index.ts'
import { PolicyTrouble } from './PolicyTrouble.tsx'
import styles from './SignIn.module.css'

/** Nobody is signed in: where one begins. */
export function SignIn() {
  const { bridge, clock, zone } = useServices()
  const { session, info } = useSession()
  const [refused, setRefused] = useState<ShownFailure>()
  const [busy, setBusy] = useState(false)
  const failure = refused ?? session.failure
  const trouble = info?.policyTrouble?.kind
  const hasPolicy = trouble === undefined || trouble === 'held'

  const begin = async () => {
    setBusy(true)
    setRefused(undefined)
    try {
      await bridge.call('session.signIn', {})
    } catch (error) {
      setRefused(failureOf(error))
    } finally {
      setBusy(false)
    }
  }

  return (
    <Entry title={t('app.name')} testId="sign-in">
      {info && info.site !== '' ? <p className={styles['site']}>{info.site}</p> : null}
      {info?.policyTrouble ? <PolicyTrouble trouble={info.policyTrouble} /> : null}
      {session.signedOutAt === undefined ? null : <Notice tone="quiet">{t('signIn.bySupport', { time: clockTime(session.signedOutAt, clock.now(), zone) })}</Notice>}
      <KeychainNotice />
      {failure ? <FailureNotice failure={failure} role="alert" /> : null}
      <Button kind="primary" ref={focusFirst} aria-disabled={busy || !hasPolicy} onClick={() => (busy || !hasPolicy ? undefined : void begin())}>
        {busy ? t('signIn.starting') : t(session.keeping === 'memory-only' ? 'signIn.startWithoutKeeping' : 'signIn.start')}
      </Button>
      <BadgeReader isLocked={false} />
      <WaitingPeople />
      <p className={styles['quiet']}>{info?.signIn === 'system-browser' ? t('signIn.browser') : t('signIn.inApp')}</p>
      <p className={styles['quiet']}>{t('signIn.shared')}</p>
      {info ? <p className={styles['quiet']}>{t('signIn.version', { version: info.version })}</p> : null}
    </Entry>
  )
}
