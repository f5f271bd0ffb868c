import { t } from '../messages/index.ts'
import { useServices, useSession } from '../services/index.ts'
import { Notice } from '../ui/Notice.tsx'
import { clockTime } from '../services/clock-time.ts'

/** Offline is a state with an age, a list of what can be done, and an end: not a spinner. */
export function OfflineBanner({ since }: { readonly since: number }) {
  const { clock, zone } = useServices()
  const { offlineAt, permissions } = useSession().session
  // At the support desk and at the audit trail there are none.
  const hasCharts = permissions.includes('patient:search') && !permissions.includes('audit:read')
  const now = clock.now()
  return (
    <output data-testid="offline">
      <Notice tone="caution">
        <strong>{t('offline.title', { time: clockTime(since, now, zone) })}.</strong> {t(hasCharts ? 'offline.text' : 'offline.textNoCharts')}
        {offlineAt === undefined ? null : ` ${t('offline.until', { time: clockTime(offlineAt, now, zone) })}`}
      </Notice>
    </output>
  )
}
