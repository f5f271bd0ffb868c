import { useState } from 'react'
import { failureOf, type ShownFailure } from '../../bridge/index.ts'
import { t } from '../../messages/index.ts'
import { useServices } from '../../services/index.ts'
import { Button } from '../../ui/Button.tsx'
import { focusFirst } from '../../ui/focus-first.ts'
import { FailureNotice } from '../failure/index.ts'
import styles from './LockScreen.module.css'
import { WaitingPeople } from './WaitingPeople.tsx'

/** For somebody else than whose session is locked: theirs, where one waits here, or a new one. Names are shown to who asks for them. */
export function SwitchUser() {
  const { bridge } = useServices()
  const [isAsked, setAsked] = useState<boolean>()
  const [failure, setFailure] = useState<ShownFailure>()
  const begin = () => {
    setFailure(undefined)
    bridge.call('session.signIn', { someoneElse: true }).catch((error: unknown) => setFailure(failureOf(error)))
  }
  if (isAsked !== true) {
    return (
      <Button ref={isAsked === false ? focusFirst : null} onClick={() => setAsked(true)}>
        {t('lock.someoneElse')}
      </Button>
    )
  }
  return (
    <section className={`${styles['form']} ${styles['whole']}`} aria-label={t('lock.someoneElse')} data-testid="switch-user">
      <p className={styles['quiet']}>{t('lock.staysTheirs')}</p>
      <WaitingPeople />
      {failure ? <FailureNotice failure={failure} role="alert" /> : null}
      <div className={styles['choices']}>
        <Button ref={focusFirst} onClick={begin}>
          {t('lock.signInAsOther')}
        </Button>
        <Button onClick={() => setAsked(false)}>{t('app.cancel')}</Button>
      </div>
    </section>
  )
}
