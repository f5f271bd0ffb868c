import { useState } from 'react'
import type { StaffMember } from '../../../shared/contract/index.ts'
import { failureOf, type ShownFailure } from '../../bridge/index.ts'
import { t } from '../../messages/index.ts'
import { useServices } from '../../services/index.ts'
import { Button } from '../../ui/Button.tsx'
import { focusFirst } from '../../ui/focus-first.ts'
import { FailureNotice } from '../failure/index.ts'
import styles from './LockScreen.module.css'

/** Signing someone else out is asked twice: by name the second time, and far from the unlock button. */
export function LeaveSession({ user }: { readonly user: StaffMember | undefined }) {
  const { bridge } = useServices()
  const [asking, setAsking] = useState<boolean>()
  const [failure, setFailure] = useState<ShownFailure>()
  const leave = () => {
    bridge.call('session.signOut', {}).catch((error: unknown) => setFailure(failureOf(error)))
  }
  return (
    <>
      {failure ? <FailureNotice failure={failure} role="alert" /> : null}
      <div className={styles['row']}>
        <p className={styles['quiet']}>{t('lock.signOutMeans')}</p>
        {asking ? (
          <div className={`${styles['choices']} ${styles['whole']}`}>
            <Button kind="danger" onClick={leave}>
              {user ? t('lock.confirmSignOut', { name: user.displayName }) : t('lock.confirmSignOutUnnamed')}
            </Button>
            <Button ref={focusFirst} onClick={() => setAsking(false)}>
              {t('app.cancel')}
            </Button>
          </div>
        ) : (
          <Button ref={asking === false ? focusFirst : null} onClick={() => setAsking(true)}>
            {t('lock.signOut')}
          </Button>
        )}
      </div>
    </>
  )
}
