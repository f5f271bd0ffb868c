/* oxlint-disable jsx-a11y/prefer-tag-over-role -- the lines of a table element cannot be laid out one by one: roles and aria-rowindex say what it is */
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useId, useRef } from 'react'
import { auditColumns, type AuditSort } from '../../../shared/audit-trail/columns.ts'
import type { AuditRow } from '../../../shared/audit-trail/row.ts'
import { t } from '../../messages/index.ts'
import { useServices } from '../../services/index.ts'
import { Icon } from '../../ui/Icon.tsx'
import { keepFocus } from '../../ui/grid/keep-focus.ts'
import { stepTo } from '../../ui/grid/step-to.ts'
import styles from './AuditView.module.css'
import { outcomeWords, whatWords, whenWords, whoWords } from './trail-words.ts'

interface TrailTableProps {
  readonly rows: readonly AuditRow[]
  readonly total: number | undefined
  readonly order: AuditSort
  readonly onOrder: (order: AuditSort) => void
  /** Id of the entry that is shown whole. */
  readonly chosen: string | undefined
  readonly onChoose: (id: string) => void
}

/** Height of a line while it is not laid out, in pixels. */
const estimate = 29

/** Thousands of entries, of which those near the view are in the page. Arrow keys choose one; each head sorts. */
export function TrailTable({ rows, total, order, onOrder, chosen, onChoose }: TrailTableProps) {
  const id = useId()
  const scroller = useRef<HTMLDivElement>(null)
  const at = rows.findIndex((row) => row.id === chosen)
  // oxlint-disable-next-line react/incompatible-library -- its functions are used in this component alone
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => estimate,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 10,
  })
  const move = (event: KeyboardEvent) => {
    const to = stepTo(event.key, at, rows.length)
    const row = to === undefined ? undefined : rows[to]
    if (to === undefined || row === undefined) return
    event.preventDefault()
    virtual.scrollToIndex(to, { align: 'auto' })
    onChoose(row.id)
  }
  const rowId = (row: string) => `${id}-${row}`
  const isDrawn = chosen !== undefined && virtual.getVirtualItems().some(({ index }) => index === at)
  return (
    <div
      role="grid"
      aria-label={t('audit.title')}
      aria-rowcount={(total ?? rows.length) + 1}
      className={styles['table']}
      // One stop for the Tab key; the arrow keys move in it.
      tabIndex={0}
      aria-activedescendant={isDrawn ? rowId(chosen) : undefined}
      data-testid="audit-table"
      onFocus={keepFocus}
      onKeyDown={move}
      onClick={({ target }) => {
        const line = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null
        const row = line ? rows[Number(line.dataset['index'])] : undefined
        if (row) onChoose(row.id)
      }}
    >
      <div role="rowgroup">
        <div role="row" aria-rowindex={1} className={`${styles['line']} ${styles['columns']}`}>
          {auditColumns.map((column) => {
            const isSorted = order.by === column
            return (
              <div key={column} role="columnheader" aria-sort={isSorted ? (order.descending ? 'descending' : 'ascending') : 'none'} className={styles[column]}>
                <button type="button" className={styles['sort']} data-testid={`audit-sort-${column}`} onClick={() => onOrder({ by: column, descending: isSorted ? !order.descending : column === 'at' })}>
                  {t(`audit.column.${column}`)}
                  <span aria-hidden="true">{isSorted ? (order.descending ? ' ▼' : ' ▲') : ''}</span>
                </button>
              </div>
            )
          })}
        </div>
      </div>
      <div
        ref={scroller}
        role="rowgroup"
        className={styles['rows']}
        data-testid="audit-rows"
      >
        <div role="presentation" className={styles['window']} style={{ blockSize: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index]
            return row ? (
              <div
                key={item.key}
                id={rowId(row.id)}
                ref={virtual.measureElement}
                data-index={item.index}
                data-testid="audit-row"
                role="row"
                tabIndex={-1}
                aria-rowindex={item.index + 2}
                aria-selected={row.id === chosen}
                className={styles['line']}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <Cells row={row} />
              </div>
            ) : null
          })}
        </div>
      </div>
    </div>
  )
}

function Cells({ row }: { readonly row: AuditRow }) {
  const { zone } = useServices()
  const isFailure = row.outcome !== undefined && row.outcome !== 'success'
  const isEmergency = row.kind === 'override-begun'
  return (
    <>
      <div role="gridcell" className={styles['at']}>
        {whenWords(row, zone)}
      </div>
      <div role="gridcell" className={styles['user']}>
        <bdi>{whoWords(row)}</bdi>
      </div>
      <div role="gridcell" className={`${styles['kind']} ${isEmergency ? styles['emergency'] : ''}`}>
        {isEmergency ? <Icon name="warning" /> : null} {whatWords(row)}
      </div>
      <div role="gridcell" className={`${styles['patient']} ${styles['id']}`}>
        {row.patient ?? ''}
      </div>
      <div role="gridcell" className={`${styles['record']} ${styles['id']}`}>
        {row.record ?? ''}
      </div>
      <div role="gridcell" className={`${styles['outcome']} ${isFailure ? styles['failed'] : ''}`}>
        {outcomeWords(row)}
      </div>
      <div role="gridcell" className={styles['source']}>
        <bdi>{row.source ?? ''}</bdi>
      </div>
    </>
  )
}
