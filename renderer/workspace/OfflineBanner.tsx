import { t } from '../messages/index.ts'
import { useServices } from '../services/index.ts'
import { Notice } from '../ui/Notice.tsx'
import { clockTime } from '../services/clock-time.ts'

/** Offline is a state with an age and a list of what can be done, not a spinner. */
export function OfflineBanner({ since }: { readonly since: number }) {
  const { clock, zone } = useServices()
  return (
    <output data-testid="offline">
      <Notice tone="caution">
        <strong>{t('offline.title', { time: clockTime(since, clock.now(), zone) })}.</strong> {t('offline.text')}
      </Notice>
    </output>
  )
}
