import { useEffect, useState } from 'react'
import { t } from '../../messages/index.ts'
import { useServices, useSession } from '../../services/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { wayBack } from './way-back.ts'

/** What IT support says to whoever sits here, on every screen, until somebody says that it was read. */
export function SupportNotice() {
  const { session } = useSession()
  const { bridge } = useServices()
  const [way] = useState(wayBack)
  useEffect(() => {
    if (session.notice === undefined) way.goBack()
  }, [session.notice, way])
  if (session.notice === undefined) return null
  // Should it not be taken, it stays, and can be said again.
  const read = () => void bridge.call('session.readNotice', {}).catch(() => undefined)
  return (
    <div data-testid="support-notice" onFocus={({ relatedTarget }) => way.cameFrom(relatedTarget)}>
      <Notice tone="caution" role="alert" action={<Button onClick={read}>{t('notice.read')}</Button>}>
        <p>
          <strong>{t('notice.from')}</strong> {session.notice}
        </p>
      </Notice>
    </div>
  )
}
