import { useId, useState } from 'react'
import { failureOf, type ShownFailure } from '../../bridge/index.ts'
import { t } from '../../messages/index.ts'
import { useServices, useSession } from '../../services/index.ts'
import { Button } from '../../ui/Button.tsx'
import { FailureNotice } from '../failure/index.ts'
import styles from './LockScreen.module.css'

/** The staff whose sessions wait on this workstation, where the policy names them: each for their own PIN. */
export function WaitingPeople() {
  const { bridge } = useServices()
  const { others } = useSession().session
  const [failure, setFailure] = useState<ShownFailure>()
  const heading = useId()
  if (others === undefined) return null
  const choose = (userKey: string) => {
    setFailure(undefined)
    bridge.call('session.switchTo', { userKey }).catch((error: unknown) => setFailure(failureOf(error)))
  }
  return (
    <div className={styles['form']} data-testid="waiting-people">
      <p id={heading}>{t('lock.waitingHere')}</p>
      <ul className={styles['people']} aria-labelledby={heading}>
        {others.map(({ userKey, user }) => (
          <li key={userKey}>
            <Button onClick={() => choose(userKey)}>
              {user.displayName} <span className={styles['quiet']}>{t(`role.${user.role}`)}</span>
            </Button>
          </li>
        ))}
      </ul>
      {failure ? <FailureNotice failure={failure} role="alert" /> : null}
    </div>
  )
}
