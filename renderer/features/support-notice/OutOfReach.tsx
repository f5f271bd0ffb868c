import { t } from '../../messages/index.ts'
import { clockTime } from '../../services/clock-time.ts'
import { useServices, useSession } from '../../services/index.ts'
import styles from './OutOfReach.module.css'

/** That IT support's orders do not come, and since when: at the foot of every screen, where nothing moves for it that is being clicked, until they come again. */
export function OutOfReach() {
  const { clock, zone } = useServices()
  const { unheardSince } = useSession().session
  if (unheardSince === undefined) return null
  return (
    <footer className={styles['line']} data-testid="out-of-reach">
      <output>{t('support.outOfReach', { time: clockTime(unheardSince, clock.now(), zone) })}</output>
    </footer>
  )
}
