/* oxlint-disable jsx-a11y/prefer-tag-over-role -- see ui/grid/Grid.tsx */
import { memo } from 'react'
import { assertNever } from '../../../../shared/assert-never.ts'
import type { Panel, Trends } from '../../../../shared/clinical/index.ts'
import { t } from '../../../messages/index.ts'
import { useServices } from '../../../services/index.ts'
import { FlagMark } from '../results/FlagMark.tsx'
import { rangeWords, resultWords, statusWords, whyNotAssessed } from '../words/result-words.ts'
import { Modifier } from '../sections/MalformedRow.tsx'
import { TrendMark } from '../results/TrendMark.tsx'
import { conceptWords, dateWords } from '../words/words.ts'
import type { ResultLine } from './result-lines.ts'
import styles from './ResultsView.module.css'

export function ResultHead() {
  return (
    <div role="rowgroup">
      <div role="row" aria-rowindex={1} className={styles['head']}>
        <span role="columnheader">{t('laboratory.test')}</span>
        <span role="columnheader" className={styles['value']}>
          {t('laboratory.result')}
        </span>
        <span role="columnheader">{t('laboratory.unit')}</span>
        <span role="columnheader">{t('laboratory.flag')}</span>
        <span role="columnheader">{t('laboratory.range')}</span>
        <span role="columnheader">{t('laboratory.trend')}</span>
        <span role="columnheader">{t('laboratory.collected')}</span>
      </div>
    </div>
  )
}

interface ResultLineRowProps {
  readonly line: ResultLine
  /** The trend of the test, on its newest result alone. */
  readonly trend: Trends | undefined
}

/** The cells of one line. Kept as long as the line is the same: scrolling renders only what comes into view. */
export const ResultLineRow = memo(function ResultLineRow({ line, trend }: ResultLineRowProps) {
  const { zone } = useServices()
  switch (line.kind) {
    case 'panel':
      return <PanelCell panel={line.panel} zone={zone} />
    case 'day':
      return (
        <span role="cell" aria-colspan={7} className={styles['title']}>
          {line.day ?? t('results.noDate')}
        </span>
      )
    case 'result': {
      const { row } = line
      const result = resultWords(row.value, zone)
      const status = statusWords(row.status)
      const { why } = row.assessment
      return (
        <>
          <span role="cell">
            <bdi>{conceptWords(row.name)}</bdi>
            {row.hasOtherFocus ? <em> {t('results.otherFocus')}</em> : null}
            <Modifier of={row} />
            {row.notes.map((note, index) => (
              <span key={index} className={styles['note']}>
                {note}
              </span>
            ))}
          </span>
          <span role="cell" className={result.isNumber ? styles['value'] : styles['words']}>
            <strong>{result.value}</strong>
          </span>
          <span role="cell" className={styles['quiet']}>
            {result.unit}
          </span>
          <span role="cell">
            <FlagMark assessment={row.assessment} />
            {why && why !== 'no-range' && why !== 'not-a-number' ? <span className={styles['note']}>{whyNotAssessed(why)}</span> : null}
          </span>
          <span role="cell" className={styles['quiet']}>
            {rangeWords(row)}
          </span>
          <span role="cell">{trend ? <TrendMark trends={trend} zone={zone} /> : null}</span>
          <span role="cell" className={styles['quiet']}>
            {dateWords(row.date, zone, true)}
            {status === '' ? null : <strong className={styles['status']}> {status}</strong>}
          </span>
        </>
      )
    }
    default:
      return assertNever(line)
  }
})

function PanelCell({ panel, zone }: { readonly panel: Panel; readonly zone: string }) {
  return (
    <span role="cell" aria-colspan={7} className={styles['title']}>
      {dateWords(panel.date, zone)} · <bdi>{conceptWords(panel.name)}</bdi>
      {panel.status === 'final' ? null : <strong className={styles['status']}> {t(`results.reportStatus.${panel.status}`)}</strong>}
      {panel.missing > 0 ? <span className={styles['status']}> {t('results.missing', { count: panel.missing })}</span> : null}
      {panel.conclusion === undefined ? null : <span className={styles['note']}>{panel.conclusion}</span>}
    </span>
  )
}
