import { useCallback, useEffect, useRef } from 'react'
import { assertNever } from '../../../shared/assert-never.ts'
import type { PatientIdentity } from '../../../shared/clinical/index.ts'
import type { PatientId } from '../../../shared/contract/index.ts'
import { t } from '../../messages/index.ts'
import { useServices, useSession } from '../../services/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { DraftBox, type Whom } from '../notes/index.ts'
import { Banner } from './banner/Banner.tsx'
import styles from './Chart.module.css'
import { type ChartView, chartViews } from './chart-view.ts'
import { useHead } from './heads.ts'
import { bornWords, headName, headNumber } from './words/head-words.ts'
import { Scroller } from './Scroller.tsx'
import { usePaintedMark } from './load/use-painted.ts'
import { EncountersView } from './views/EncountersView.tsx'
import { HistoryView } from './views/HistoryView.tsx'
import { MedicationsView } from './views/MedicationsView.tsx'
import { NotesView } from './views/NotesView.tsx'
import { ResultsView } from './views/ResultsView.tsx'
import { SummaryView } from './views/SummaryView.tsx'
import { VitalsView } from './views/VitalsView.tsx'
import type { ViewProps } from './views/view-props.ts'


export interface ChartProps {
  readonly patient: PatientId
  readonly view: ChartView
  /** Whether the note box is open beside the view. */
  readonly note: boolean
  /** Pixels from the top, as they were kept. */
  readonly scroll: number
  /** Another open chart of the same or a similar name: said on the banner too. */
  readonly namesake: 'same' | 'similar' | undefined
  readonly onView: (view: ChartView) => void
  readonly onNote: (open: boolean) => void
  readonly onScroll: (scroll: number) => void
}

/** One patient's chart: the banner that never leaves, the views under it, and the note box beside them. */
export function Chart({ patient, view, note, scroll, namesake, onView, onNote, onScroll }: ChartProps) {
  const { session } = useSession()
  const { zone } = useServices()
  const head = useHead(patient)
  usePaintedMark(patient)
  // A chart that comes to the front takes the focus, so that arrows scroll it and a screen reader begins with its name: with the
  // frame that shows it, since asking earlier makes the browser lay out the page once more.
  const start = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const frame = requestAnimationFrame(() => start.current?.focus({ preventScroll: true }))
    return () => cancelAnimationFrame(frame)
  }, [])
  const mayDraft = session.permissions.includes('note:draft')
  const show = useCallback((next: ChartView) => onView(next), [onView])
  return (
    <div className={styles['chart']}>
      <section ref={start} tabIndex={-1} className={styles['start']} aria-label={t('chart.label', { name: head ? headName(head) : '' })}>
        <Banner patient={patient} namesake={namesake} />
        <nav className={styles['views']} aria-label={t('chart.views')}>
          {chartViews.map((name) => (
            <button key={name} type="button" className={styles['view']} aria-current={name === view ? 'page' : undefined} data-testid={`view-${name}`} onClick={() => show(name)}>
              {t(`chart.view.${name}`)}
            </button>
          ))}
          <span className={styles['grow']} />
          {mayDraft ? (
            <Button kind="plain" aria-pressed={note} onClick={() => onNote(!note)} data-testid="write-note">
              <Icon name="note" />
              {note ? t('chart.closeNote') : t('chart.writeNote')}
            </Button>
          ) : null}
        </nav>
      </section>
      <div className={styles['body']}>
        <Scroller key={view} kept={scroll} onScroll={onScroll} label={t(`chart.view.${view}`)}>
          {(scroller) => <View view={view} patient={patient} scroller={scroller} onShow={show} />}
        </Scroller>
        {note && mayDraft ? (
          <aside className={styles['note']} aria-label={t('draft.title')}>
            <DraftBox patient={patient} about={head && whomWords(head, zone)} />
          </aside>
        ) : null}
      </div>
    </div>
  )
}

/** Whom a note is about: what the banner says first of them. */
function whomWords(head: PatientIdentity, zone: string): Whom {
  return { name: headName(head), born: t('patient.born', { date: bornWords(head, zone) }), number: headNumber(head) }
}

function View({ view, ...props }: ViewProps & { readonly view: ChartView }) {
  switch (view) {
    case 'summary':
      return <SummaryView {...props} />
    case 'results':
      return <ResultsView {...props} />
    case 'vitals':
      return <VitalsView {...props} />
    case 'medications':
      return <MedicationsView {...props} />
    case 'notes':
      return <NotesView {...props} />
    case 'encounters':
      return <EncountersView {...props} />
    case 'history':
      return <HistoryView {...props} />
    default:
      return assertNever(view)
  }
}
