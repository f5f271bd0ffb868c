import { useState } from 'react'
import { failureOf, type ShownFailure } from '../../bridge/index.ts'
import { t } from '../../messages/index.ts'
import { useServices, useSession } from '../../services/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Entry } from '../../ui/Entry.tsx'
import { FailureNotice } from '../failure/index.ts'
import styles from './SignIn.module.css'

/**
 * The EHR is asking who it is. When its page is shown in this window, `main` lays it over everything but
 * the bar at the top, which stays ours: it says what is happening and how to leave.
 */
export function SigningIn() {
  const { bridge } = useServices()
  const { session, info } = useSession()
  const [refused, setRefused] = useState<ShownFailure>()
  const cancel = () => {
    bridge.call('session.cancelSignIn', {}).catch((error: unknown) => setRefused(failureOf(error)))
  }

  if (session.signInPage) {
    return (
      <main className={styles['bar']} data-testid="signing-in">
        <h1>{t('signingIn.title')}</h1>
        <span className={styles['quiet']}>{info?.site}</span>
        <span className={styles['grow']}>
          {t('signingIn.inApp')} {session.keeping === 'memory-only' ? t('signingIn.memoryOnly') : null}
        </span>
        <Button onClick={cancel}>{t('signingIn.cancel')}</Button>
      </main>
    )
  }
  return (
    <Entry title={t('signingIn.title')} testId="signing-in">
      <output>{info?.signIn === 'system-browser' ? t('signingIn.browser') : t('app.loading')}</output>
      {session.keeping === 'memory-only' ? <p>{t('signingIn.memoryOnly')}</p> : null}
      {refused ? <FailureNotice failure={refused} role="alert" /> : null}
      <Button onClick={cancel}>{t('signingIn.cancel')}</Button>
    </Entry>
  )
}
