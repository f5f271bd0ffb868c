import { useEffect, useState } from 'react'
import { failureOf, type ShownFailure } from '../../bridge/index.ts'
import { t } from '../../messages/index.ts'
import { useServices, useSession } from '../../services/index.ts'
import text from '../../ui/text.module.css'
import { FailureNotice } from '../failure/index.ts'
import { takeBack } from './take-back.ts'
import { badgeReader } from './wedge.ts'

/**
 * Where a reader that types stands, by policy: a badge opens the EHR's sign-in with a hint of whose it is. It goes nowhere else: what the reader typed
 * into a field is taken out of it again, and its Enter presses nothing. `isLocked`: somebody else's session may be behind the screen.
 */
export function BadgeReader({ isLocked }: { readonly isLocked: boolean }) {
  const { bridge } = useServices()
  const hasReader = useSession().info?.badgeReader === true
  const [failure, setFailure] = useState<ShownFailure>()

  useEffect(() => {
    if (!hasReader) return undefined
    const read = badgeReader()
    const pressed = (event: KeyboardEvent) => {
      const badge = read({ key: event.key, at: event.timeStamp, repeat: event.repeat })
      if (badge === undefined) return
      event.preventDefault()
      event.stopImmediatePropagation()
      takeBack(document.activeElement, badge)
      setFailure(undefined)
      bridge.call('session.signIn', { badge, ...(isLocked ? { someoneElse: true } : {}) }).catch((error: unknown) => setFailure(failureOf(error)))
    }
    addEventListener('keydown', pressed, { capture: true })
    return () => removeEventListener('keydown', pressed, { capture: true })
  }, [bridge, hasReader, isLocked])

  if (!hasReader) return null
  return (
    <div data-testid="badge-reader">
      {failure ? <FailureNotice failure={failure} role="alert" /> : null}
      <p className={text['quiet']}>{t('badge.hold')}</p>
    </div>
  )
}
