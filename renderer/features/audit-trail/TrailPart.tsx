import { useState } from 'react'
import type { AuditFilter } from '../../../shared/contract/index.ts'
import { t } from '../../messages/index.ts'
import { clockTime } from '../../services/clock-time.ts'
import { useServices } from '../../services/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { Standing } from '../../ui/Standing.tsx'
import text from '../../ui/text.module.css'
import { FailureNotice } from '../failure/index.ts'
import { ExportDialog } from './ExportDialog.tsx'
import { type LoadedTrail, mostRows, type TrailState } from './use-trail.ts'

/** How much of the trail stands below, and what is not in it. */
export function TrailPart({ trail, filter }: { readonly trail: TrailState; readonly filter: AuditFilter }) {
  const [isExporting, setExporting] = useState(false)
  const { clock, zone } = useServices()
  const { loaded, failure } = trail
  if (loaded === undefined) {
    return failure ? (
      <FailureNotice failure={failure} onRetry={trail.again} role="alert" />
    ) : (
      <Standing>
        <output data-testid="audit-state" data-state="loading">
          {t('audit.loading')}
        </output>
      </Standing>
    )
  }
  const isFull = loaded.rows.length >= mostRows
  return (
    <>
      <Standing
        end={
          <Button onClick={() => setExporting(true)} data-testid="audit-export">
            {t('audit.export')}
          </Button>
        }
      >
        <output data-testid="audit-state" data-state={trail.isLoading ? 'loading' : loaded.rows.length === 0 ? 'empty' : loaded.hasMore ? 'part' : 'whole'}>
          {countWords(loaded)} <span className={text['quiet']}>{t('audit.asOf', { time: clockTime(loaded.asOf, clock.now(), zone) })}</span>
        </output>
        {loaded.hasMore && !isFull ? (
          trail.isLoadingAll ? (
            <Button onClick={trail.stop}>{t('audit.stop')}</Button>
          ) : (
            <>
              <Button onClick={trail.loadMore} aria-disabled={trail.isLoading} data-testid="audit-more">
                {t('audit.more')}
              </Button>
              <Button onClick={trail.loadAll} aria-disabled={trail.isLoading} data-testid="audit-all">
                {t('audit.loadAll')}
              </Button>
            </>
          )
        ) : null}
      </Standing>
      {isExporting ? <ExportDialog report="audit-trail" filter={filter} total={loaded.total} onClose={() => setExporting(false)} /> : null}
      {failure ? <FailureNotice failure={failure} onRetry={trail.again} role="alert" /> : null}
      {loaded.hasMore && isFull ? <Notice tone="caution">{t('audit.most', { count: mostRows })}</Notice> : null}
      {loaded.sorted === 'loaded' ? (
        <Notice tone="caution">
          <span data-testid="audit-sorted-loaded">{t('audit.sortedLoaded')}</span>
        </Notice>
      ) : null}
      {loaded.refused.wrongPatient > 0 ? <Notice tone="critical">{t('audit.refusedWrongPatient', { count: loaded.refused.wrongPatient })}</Notice> : null}
      {loaded.refused.malformed > 0 ? <Notice tone="caution">{t('audit.refusedMalformed', { count: loaded.refused.malformed })}</Notice> : null}
      {loaded.isPartial ? <Notice tone="caution">{t('audit.leftOut')}</Notice> : null}
    </>
  )
}

function countWords({ rows, total, hasMore, users }: LoadedTrail): string {
  if (users?.length === 0) return t('audit.nobodyFound')
  const whose = users === undefined ? '' : ` · ${t('audit.entriesOf', { names: users.map(({ name, reference }) => name ?? reference).join('; ') })}`
  if (rows.length === 0 && !hasMore) return t('audit.none') + whose
  if (!hasMore) return t('audit.all', { count: rows.length }) + whose
  return (total === undefined ? t('audit.someUnknown', { shown: rows.length }) : t('audit.some', { shown: rows.length, total })) + whose
}
