import { type FocusEvent, useEffect, useRef } from 'react'
import { t } from '../../messages/index.ts'
import { useServices, useSession } from '../../services/index.ts'
import { Button } from '../../ui/Button.tsx'
import { focusIfLost } from '../../ui/focus-if-lost.ts'
import { Notice } from '../../ui/Notice.tsx'

/** What IT support says to whoever sits here, on every screen, until somebody says that it was read. */
export function SupportNotice() {
  const { session } = useSession()
  const { bridge } = useServices()
  const before = useRef<HTMLElement>(null)
  useEffect(() => {
    // The button goes with what was read: who was about to type the PIN goes on there.
    if (session.notice === undefined) focusIfLost(before.current)
  }, [session.notice])
  if (session.notice === undefined) return null
  // Should it not be taken, it stays, and can be said again.
  const read = () => void bridge.call('session.readNotice', {}).catch(() => undefined)
  const cameFrom = ({ relatedTarget }: FocusEvent) => {
    if (relatedTarget instanceof HTMLElement) before.current = relatedTarget
  }
  return (
    <div data-testid="support-notice" onFocus={cameFrom}>
      <Notice tone="caution" role="alert" action={<Button onClick={read}>{t('notice.read')}</Button>}>
        <p>
          <strong>{t('notice.from')}</strong> {session.notice}
        </p>
      </Notice>
    </div>
  )
}
