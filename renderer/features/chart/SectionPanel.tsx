import { type ReactNode, useMemo } from 'react'
import { elapsed, formatElapsed } from '../../../shared/clinical/index.ts'
import type { PatientId, SectionName } from '../../../shared/contract/index.ts'
import { t } from '../../messages/index.ts'
import { clockTime } from '../../services/clock-time.ts'
import { useServices } from '../../services/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { FailureNotice } from '../failure/index.ts'
import styles from './SectionPanel.module.css'
import { type SectionState, useSection } from './load/use-section.ts'

export type ReadySection = Extract<SectionState, { state: 'ready' }>

interface SectionPanelProps<V> {
  readonly patient: PatientId
  readonly section: SectionName
  readonly title: string
  /** FHIR → what a clinician reads. Must be the same function at every rendering. */
  readonly read: (resources: ReadySection['resources']) => V
  /** How many the list holds, beside the title; absent for what is not counted. */
  readonly count?: (view: V) => number
  /** True where the answer is whole and nothing was recorded; the words for it are `empty`. */
  readonly isEmpty: (view: V) => boolean
  readonly empty: ReactNode
  readonly children: (view: V, ready: ReadySection) => ReactNode
}

/** A section in its five states: loading, failed, stale with its age, known empty, data. None looks like another. */
export function SectionPanel<V>({ patient, section, title, read, count, isEmpty, empty, children }: SectionPanelProps<V>) {
  const found = useSection(patient, section)
  const resources = found.state === 'ready' ? found.resources : undefined
  const view = useMemo(() => (resources === undefined ? undefined : { read: read(resources) }), [resources, read])
  const testId = `section-${section}`
  if (found.state === 'failed') {
    return (
      <Panel title={title} testId={testId} state="failed" aside={<strong className={styles['failed']}>{t(found.failure.kind === 'not-permitted' ? 'section.notPermitted' : 'section.failed')}</strong>}>
        <FailureNotice failure={found.failure} onRetry={found.retry} />
      </Panel>
    )
  }
  if (found.state === 'loading' || view === undefined) {
    return (
      <Panel title={title} testId={testId} state="loading">
        <p className={styles['loading']}>{t('section.loading')}</p>
      </Panel>
    )
  }
  const isListEmpty = isEmpty(view.read) && !found.hasMore
  // "None" is for a whole answer without an entry.
  const none = isListEmpty && !found.isPartial
  const state = found.freshness.source === 'cache' ? 'stale' : none ? 'empty' : 'data'
  return (
    <Panel title={title} count={isListEmpty || count === undefined ? undefined : countWords(count(view.read), found)} testId={testId} state={state} aside={<Age ready={found} />}>
      <Refused ready={found} />
      {none ? <p className={styles['empty']}>{empty}</p> : isListEmpty ? <p className={styles['empty']}>{t('section.nothingReadable')}</p> : children(view.read, found)}
    </Panel>
  )
}

/** A count that is known to be short says so. */
function countWords(shown: number, { hasMore, total }: ReadySection): string {
  if (!hasMore) return String(shown)
  return total === undefined ? t('section.atLeast', { count: shown }) : t('section.of', { shown, total })
}

/** How old what is shown is, and whether that is being looked after. Nothing for what the EHR has just answered. */
export function Age({ ready }: { readonly ready: ReadySection }) {
  const { clock, zone } = useServices()
  const now = clock.now()
  const { asOf, source } = ready.freshness
  return (
    <>
      {ready.showNewer ? (
        <Button kind="plain" onClick={ready.showNewer}>
          {t('section.updateReady')}
        </Button>
      ) : null}
      {source === 'cache' ? (
        <span className={styles['kept']}>
          {t('section.keptAt', { time: clockTime(asOf, now, zone), age: formatElapsed(elapsed({ precision: 'instant', epochMs: asOf }, { now, zone })) })}
          {ready.refreshing ? ` · ${t('section.updating')}` : null}
        </span>
      ) : null}
    </>
  )
}

/** What was left out is counted where it can be, and never silent. */
export function Refused({ ready: { refused, isCutByEhr } }: { readonly ready: ReadySection }) {
  return (
    <>
      {refused.wrongPatient > 0 ? <Notice tone="critical">{t('section.refusedWrongPatient', { count: refused.wrongPatient })}</Notice> : null}
      {refused.malformed > 0 ? <Notice tone="caution">{t('section.refusedMalformed', { count: refused.malformed })}</Notice> : null}
      {isCutByEhr ? <Notice tone="caution">{t('section.cutByEhr')}</Notice> : null}
    </>
  )
}
