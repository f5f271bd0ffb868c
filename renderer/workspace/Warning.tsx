import { useEffect, useState } from 'react'
import { t } from '../messages/index.ts'
import { useServices, useSession } from '../services/index.ts'
import { Button } from '../ui/Button.tsx'
import styles from './Warning.module.css'

/**
 * Counts down to the lock, at the foot of the window so that the patient banner stays in sight. Takes no focus: who is
 * typing goes on typing, and every key extends the session (WCAG 2.2.1); the limits that no key extends are named as such.
 */
export function Warning({ locksAt }: { readonly locksAt: number }) {
  const { bridge, clock } = useServices()
  const { locksFor = 'idle' } = useSession().session
  const [now, setNow] = useState(() => clock.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(clock.now()), 250)
    return () => clearInterval(timer)
  }, [clock])
  const seconds = Math.max(0, Math.ceil((locksAt - now) / 1_000))
  // A refusal means that it is locked by now.
  const tell = (name: 'session.activity' | 'session.lock') => void bridge.call(name, {}).catch(() => undefined)
  return (
    <>
      <div role="alertdialog" aria-modal="false" aria-labelledby="warning-title" aria-describedby="warning-text" className={styles['warning']} data-testid="lock-warning">
        <div>
          <h2 id="warning-title">{t(locksFor === 'idle' ? 'warning.title' : 'warning.limit.title')}</h2>
          <p id="warning-text">{t(locksFor === 'idle' ? 'warning.text' : `warning.limit.${locksFor}`, { count: seconds })}</p>
        </div>
        {locksFor === 'idle' ? (
          <Button kind="primary" onClick={() => tell('session.activity')}>
            {t('warning.keep')}
          </Button>
        ) : null}
        <Button onClick={() => tell('session.lock')}>{t('warning.lockNow')}</Button>
      </div>
      {/* Said once: a count-down read aloud each second would be worse than none. */}
      <output className="visually-hidden">{t(locksFor === 'idle' ? 'warning.announce' : 'warning.limit.announce')}</output>
    </>
  )
}
