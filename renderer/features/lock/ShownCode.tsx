import { useEffect } from 'react'
import { t } from '../../messages/index.ts'
import { clockTime } from '../../services/clock-time.ts'
import { useServices } from '../../services/index.ts'
import { CallSupport } from './CallSupport.tsx'
import lock from './LockScreen.module.css'
import styles from './UnlockHelp.module.css'

/** A code as it is read out, large; to who listens, character by character. `until`: epoch milliseconds. */
export function ShownCode({ code, until, onShown }: { readonly code: string; readonly until: number; readonly onShown: (isShown: boolean) => void }) {
  const { clock, zone } = useServices()
  useEffect(() => {
    onShown(true)
    return () => onShown(false)
  }, [onShown])
  return (
    <>
      <CallSupport asks={t('help.offline')} />
      <p>{t('help.readOut')}</p>
      <p className={styles['code']}>
        <span aria-hidden="true" data-testid="unlock-challenge">
          {code}
        </span>
        <span className="visually-hidden">{Array.from(code.replace('-', ',')).join(' ')}</span>
      </p>
      <p className={lock['quiet']}>{t('help.until', { time: clockTime(until, clock.now(), zone) })}</p>
    </>
  )
}
