import { t } from '../../../messages/index.ts'
import { clockTime } from '../../../services/clock-time.ts'
import { useServices } from '../../../services/index.ts'
import { Notice } from '../../../ui/Notice.tsx'
import { FailureNotice, Retry } from '../../failure/index.ts'
import type { StationList } from './station-list.ts'

/** Where workstations are looked for and not listed: what of their list is missing, or no longer live. Nothing where all is well. */
export function StationsAge({ list, onAgain }: { readonly list: StationList; readonly onAgain: () => void }) {
  const { clock, zone } = useServices()
  const { standing, book, total, heardAt, failure } = list
  const loaded = book.byId.size
  if (standing === 'live') return null
  const time = clockTime(heardAt, clock.now(), zone)
  if (standing === 'anew') return <output aria-busy="true">{t('desk.anew', { time })}</output>
  if (standing === 'loading' || standing === 'part') return <output aria-busy="true">{standing === 'loading' ? t('desk.loading') : t('desk.loadingPart', { loaded, total })}</output>
  if (failure === undefined) return null
  if (standing === 'failed') return <FailureNotice failure={failure} onRetry={onAgain} role="alert" />
  return (
    <Notice tone="caution" action={<Retry failure={failure} onRetry={onAgain} />}>
      <output>{loaded < total ? t('desk.lostPart', { loaded, total, time }) : t('desk.lost', { time })}</output>
    </Notice>
  )
}
