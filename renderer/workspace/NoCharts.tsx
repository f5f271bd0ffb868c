import { t } from '../messages/index.ts'
import { useSession } from '../services/index.ts'
import styles from './NoCharts.module.css'

/** What a person sees whose work is not with patients: nothing is wrong, and nothing of a patient is here. */
export function NoCharts() {
  const { session } = useSession()
  return (
    <main className={styles['page']} data-testid="no-charts">
      <h1 className={styles['title']}>{t('noCharts.title')}</h1>
      <p>{session.user ? t('noCharts.role', { role: t(`role.${session.user.role}`) }) : t('noCharts.text')}</p>
      <p className={styles['next']}>{t('noCharts.next')}</p>
    </main>
  )
}
