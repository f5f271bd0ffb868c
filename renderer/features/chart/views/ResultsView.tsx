/* oxlint-disable jsx-a11y/prefer-tag-over-role -- the lines of a table element cannot be laid out one by one: roles and aria-rowindex say what it is */
import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { Laboratory } from '../../../../shared/clinical/index.ts'
import { t } from '../../../messages/index.ts'
import { useServices } from '../../../services/index.ts'
import { useLineWindow } from '../../../ui/grid/use-line-window.ts'
import { FailureNotice } from '../../failure/index.ts'
import { laboratoryOf } from '../results/laboratory-reading.ts'
import { LeftOut } from '../sections/LaboratorySection.tsx'
import { Age, type ReadySection, Refused } from '../SectionPanel.tsx'
import { usePerson } from '../load/use-person.ts'
import { usePaced } from '../load/use-paced.ts'
import { useAllPages } from '../load/use-all-pages.ts'
import { useSection } from '../load/use-section.ts'
import { ResultLineRow, ResultHead } from './ResultLineRow.tsx'
import { noFilter, type ResultFilter, resultLines } from './result-lines.ts'
import styles from './ResultsView.module.css'
import type { ViewProps } from './view-props.ts'

/** Every laboratory result there is, page after page, in one list that stays quick however long it gets. */
export function ResultsView({ patient, scroller }: ViewProps) {
  const found = useSection(patient, 'laboratory')
  // Someone asked to see all of it: the pages are followed without another click.
  useAllPages(found)
  if (found.state === 'loading') return <p aria-busy="true">{t('section.loading')}</p>
  if (found.state === 'failed') return <FailureNotice failure={found.failure} onRetry={found.retry} />
  return <Results patient={patient} ready={found} scroller={scroller} />
}

function Results({ patient, ready, scroller }: ViewProps & { readonly ready: ReadySection }) {
  const { zone } = useServices()
  const person = usePerson(patient)
  // Pages come faster than all of them can be read anew: while they do, the list grows once a second.
  const resources = usePaced(ready.resources, 1_000, !ready.hasMore)
  const laboratory = useMemo(() => laboratoryOf(resources, person, zone), [resources, person, zone])
  const [filter, setFilter] = useState(noFilter)
  const lines = useMemo(() => resultLines(laboratory.panels, filter, zone), [laboratory, filter, zone])
  const results = useMemo(() => laboratory.panels.reduce((sum, panel) => sum + panel.rows.length, 0), [laboratory])
  return (
    <section aria-label={t('laboratory.title')} data-testid="results" data-complete={!ready.hasMore}>
      <div className={styles['tools']}>
        <FilterFields filter={filter} onChange={setFilter} />
        <output className={styles['progress']} data-testid="results-progress">
          {ready.hasMore ? t('results.progress', { shown: results, total: ready.total ?? t('results.more') }) : t(ready.isCutByEhr ? 'section.atLeast' : 'results.all', { count: results })}
        </output>
        <Age ready={ready} />
      </div>
      <Refused ready={ready} />
      <LeftOut laboratory={laboratory} />
      {ready.moreFailure ? <FailureNotice failure={ready.moreFailure} onRetry={ready.loadMore} role="alert" /> : null}
      {lines.length === 0 ? <Nothing filter={filter} ready={ready} /> : <ResultList lines={lines} tests={laboratory.tests} scroller={scroller} />}
    </section>
  )
}

function Nothing({ filter, ready }: { readonly filter: ResultFilter; readonly ready: ReadySection }) {
  if (ready.hasMore) return <p aria-busy="true">{t('section.loading')}</p>
  return <p>{filter === noFilter || (filter.text === '' && !filter.onlyAbnormal) ? t(ready.isPartial ? 'section.nothingReadable' : 'section.noneRecorded') : t('results.noneMatch')}</p>
}

interface FilterFieldsProps {
  readonly filter: ResultFilter
  readonly onChange: (filter: ResultFilter) => void
}

function FilterFields({ filter, onChange }: FilterFieldsProps) {
  return (
    <>
      <label className={styles['filter']}>
        {t('results.filter')}
        <input
          type="search"
          autoComplete="off"
          spellCheck={false}
          maxLength={100}
          value={filter.text}
          data-testid="results-filter"
          onChange={({ target }) => onChange({ ...filter, text: target.value })}
        />
      </label>
      <label className={styles['filter']}>
        <input type="checkbox" checked={filter.onlyAbnormal} onChange={({ target }) => onChange({ ...filter, onlyAbnormal: target.checked })} />
        {t('results.onlyAbnormal')}
      </label>
    </>
  )
}

interface ResultListProps {
  readonly lines: ReturnType<typeof resultLines>
  readonly tests: Laboratory['tests']
  readonly scroller: RefObject<HTMLElement | null>
}

/** Only the lines near the view are in the page; who listens is told how many there are (aria-rowcount). */
function ResultList({ lines, tests, scroller }: ResultListProps) {
  const list = useRef<HTMLDivElement>(null)
  const [above, setAbove] = useState(0)
  // What stands above the list in the same scroller: measured once it is laid out, and when the list is another.
  // oxlint-disable-next-line react/exhaustive-effect-dependencies -- no line is read in it: with other lines other notices stand above them
  useEffect(() => setAbove(list.current?.offsetTop ?? 0), [lines])
  const newest = useMemo(() => new Map(tests.flatMap((test) => (test.rows[0] ? [[test.rows[0], test.trend] as const] : []))), [tests])
  const keyAt = useCallback((index: number) => lines[index]?.key ?? index, [lines])
  const { items, holder, placed } = useLineWindow({ count: lines.length, scroller, keyAt, above })
  return (
    <div role="table" aria-label={t('laboratory.title')} aria-rowcount={lines.length + 1} className={styles['list']}>
      <ResultHead />
      <div role="rowgroup" ref={list} {...holder}>
        {items.map((item) => {
          const line = lines[item.index]
          return line ? (
            <div key={item.key} {...placed(item)} className={styles[line.kind]}>
              <ResultLineRow line={line} trend={line.kind === 'result' ? newest.get(line.row) : undefined} />
            </div>
          ) : null
        })}
      </div>
    </div>
  )
}
