import { t } from '../../messages/index.ts'
import { useSession } from '../../services/index.ts'
import styles from './LockScreen.module.css'

/** Whom to call, and by what the desk finds this workstation. The code is read out: to who listens it is said character by character. */
export function CallSupport({ asks }: { readonly asks: string }) {
  const { info } = useSession()
  if (info === undefined) return null
  const { workstation, supportPhone } = info
  return (
    <div data-testid="call-support">
      <p>
        {asks} {supportPhone === undefined ? t('support.call') : t('support.callNumber', { phone: supportPhone })}
      </p>
      <p className={styles['quiet']}>
        {t('support.workstation', { name: workstation.name })}
        {workstation.code === undefined ? null : (
          <>
            {', '}
            <span className={styles['unbroken']}>
              {t('support.code')}{' '}
              <span aria-hidden="true" className={styles['code']} data-testid="workstation-code">
                {workstation.code}
              </span>
            </span>
            <span className="visually-hidden">{Array.from(workstation.code.replace('-', ',')).join(' ')}</span>
          </>
        )}
      </p>
    </div>
  )
}
