import { t } from '../../messages/index.ts'
import { useServices, useSession } from '../../services/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Notice } from '../../ui/Notice.tsx'
import styles from './SupportNotice.module.css'

/** What IT support says to whoever sits here, on every screen, until somebody says that it was read. */
export function SupportNotice() {
  const { session } = useSession()
  const { bridge } = useServices()
  if (session.notice === undefined) return null
  // Should it not be taken, it stays, and can be said again.
  const read = () => void bridge.call('session.readNotice', {}).catch(() => undefined)
  return (
    <div className={styles['notice']} data-testid="support-notice">
      <Notice tone="caution" role="alert" action={<Button onClick={read}>{t('notice.read')}</Button>}>
        <p>
          <strong>{t('notice.from')}</strong> {session.notice}
        </p>
      </Notice>
    </div>
  )
}
