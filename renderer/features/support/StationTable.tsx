/* oxlint-disable jsx-a11y/prefer-tag-over-role -- the lines of a table element cannot be laid out one by one: roles and aria-rowindex say what it is */
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, memo, type MouseEvent, useId, useRef } from 'react'
import { t } from '../../messages/index.ts'
import { clockTime } from '../../services/clock-time.ts'
import { useServices } from '../../services/index.ts'
import { Icon } from '../../ui/Icon.tsx'
import { keepFocus } from '../../ui/keep-focus.ts'
import { stepTo } from '../../ui/step-to.ts'
import { extended, type Selection, toggled } from './selection.ts'
import styles from './SupportDesk.module.css'
import { groupOf, type StationColumn, stationColumns, type StationQuestion } from './station-question.ts'
import { contactWords, type Here, sinceWords, siteWords, stateWords, unsentWords, userWords } from './station-words.ts'
import type { Station } from './stations.ts'

interface StationTableProps {
  readonly rows: readonly Station[]
  readonly question: StationQuestion
  readonly selection: Selection
  /** Id of the workstation that is shown whole. */
  readonly pointed: string | undefined
  readonly onSort: (by: StationColumn) => void
  readonly onSelect: (selection: Selection) => void
  readonly onSelectAll: () => void
  readonly onPoint: (id: string) => void
  /** Somebody points into it, or moves in it by keys: no line may move. */
  readonly onHold: (isHeld: boolean) => void
}

/** Height of a line while it is not laid out, in pixels: that of a line at 100 %, so that what is measured moves nothing while somebody scrolls. */
const estimate = 27

/** Thousands of workstations, of which those near the view are in the page. Arrow keys point, Space chooses, Shift draws out a range, Ctrl+A chooses all that are listed. */
export function StationTable({ rows, question, selection, pointed, onSort, onSelect, onSelectAll, onPoint, onHold }: StationTableProps) {
  const id = useId()
  const { clock, zone } = useServices()
  const scroller = useRef<HTMLDivElement>(null)
  const at = pointed === undefined ? -1 : rows.findIndex((row) => row.deviceId === pointed)
  // oxlint-disable-next-line react/incompatible-library -- its functions are used in this component alone
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => estimate, getItemKey: (index) => rows[index]?.deviceId ?? index, overscan: 12 })
  // To the minute, which is as fine as the lines say it.
  const now = Math.floor(clock.now() / 60_000) * 60_000
  const isHeldByKeys = useRef(false)

  const pressed = (event: KeyboardEvent) => {
    const { key, shiftKey, ctrlKey, metaKey } = event
    const row = rows[at]
    if ((ctrlKey || metaKey) && key.toLowerCase() === 'a') {
      event.preventDefault()
      return onSelectAll()
    }
    if (key === ' ' && row !== undefined) {
      event.preventDefault()
      return onSelect(shiftKey ? extended(selection, row.deviceId, rows) : toggled(selection, row.deviceId))
    }
    const to = stepTo(key, at, rows.length)
    const next = to === undefined ? undefined : rows[to]
    if (to === undefined || next === undefined) return
    event.preventDefault()
    virtual.scrollToIndex(to, { align: 'auto' })
    onPoint(next.deviceId)
    if (shiftKey) onSelect(extended(selection.anchor === undefined && row !== undefined ? { ...selection, anchor: row.deviceId } : selection, next.deviceId, rows))
  }
  const clicked = ({ target, shiftKey, ctrlKey, metaKey }: MouseEvent) => {
    const line = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null
    const row = line ? rows[Number(line.dataset['index'])] : undefined
    if (row === undefined || !(target instanceof Element)) return
    if (shiftKey) onSelect(extended(selection, row.deviceId, rows))
    else if (ctrlKey || metaKey || target.closest('[data-choose]')) onSelect(toggled(selection, row.deviceId))
    onPoint(row.deviceId)
  }
  const rowId = (deviceId: string) => `${id}-${deviceId}`
  const items = virtual.getVirtualItems()
  const isDrawn = pointed !== undefined && items.some(({ index }) => index === at)
  return (
    <div
      role="grid"
      aria-label={t('desk.part.workstations')}
      aria-rowcount={rows.length + 1}
      aria-multiselectable="true"
      className={styles['table']}
      // One stop for the Tab key; the arrow keys move in it.
      tabIndex={0}
      aria-activedescendant={isDrawn ? rowId(pointed) : undefined}
      data-testid="desk-table"
      onKeyDown={(event) => {
        if (event.target !== event.currentTarget) return
        if (!isHeldByKeys.current) {
          isHeldByKeys.current = true
          onHold(true)
        }
        pressed(event)
      }}
      onFocus={keepFocus}
      onBlur={({ relatedTarget, currentTarget }) => {
        // From the list to a line that is clicked, and back: between the two no line may move.
        if (relatedTarget === currentTarget || scroller.current?.contains(relatedTarget) === true) return
        isHeldByKeys.current = false
        onHold(false)
      }}
      onClick={clicked}
    >
      <div role="rowgroup">
        <div role="row" aria-rowindex={1} className={`${styles['line']} ${styles['columns']}`}>
          <div role="columnheader" className={styles['choose']}>
            <button type="button" className={styles['sort']} aria-label={t('desk.chooseAll')} data-testid="desk-choose-all" onClick={onSelectAll}>
              <span className={styles['box']} aria-hidden="true" data-chosen={rows.length > 0 && selection.ids.size >= rows.length && rows.every(({ deviceId }) => selection.ids.has(deviceId))} />
            </button>
          </div>
          {stationColumns.map((column) => {
            const isSorted = question.by === column
            return (
              <div key={column} role="columnheader" aria-sort={isSorted ? (question.descending ? 'descending' : 'ascending') : 'none'}>
                <button type="button" className={styles['sort']} data-testid={`desk-sort-${column}`} onClick={() => onSort(column)}>
                  {t(`desk.column.${column}`)}
                  <span aria-hidden="true">{isSorted ? (question.descending ? ' ▼' : ' ▲') : ''}</span>
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
        data-testid="desk-rows"
        onPointerEnter={() => onHold(true)}
        onPointerLeave={() => (isHeldByKeys.current ? undefined : onHold(false))}
      >
        <div role="presentation" className={styles['window']} style={{ blockSize: virtual.getTotalSize() }}>
          {items.map((item) => {
            const row = rows[item.index]
            return row ? (
              <div
                key={item.key}
                id={rowId(row.deviceId)}
                ref={virtual.measureElement}
                data-index={item.index}
                data-testid="desk-row"
                data-pointed={row.deviceId === pointed}
                role="row"
                tabIndex={-1}
                aria-rowindex={item.index + 2}
                aria-selected={selection.ids.has(row.deviceId)}
                className={styles['line']}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <Cells row={row} isChosen={selection.ids.has(row.deviceId)} now={now} zone={zone} />
              </div>
            ) : null
          })}
        </div>
      </div>
    </div>
  )
}

/** Drawn anew where the line or the minute changed alone. */
const Cells = memo(function Cells({ row, isChosen, now, zone }: { readonly row: Station; readonly isChosen: boolean } & Here) {
  const here = { now, zone }
  const group = groupOf(row.state)
  const unsent = unsentWords(row)
  return (
    <>
      <div role="gridcell" aria-label={t('desk.choose', { name: row.displayName })} className={styles['choose']} data-choose="" data-testid="desk-choose">
        <span className={styles['box']} aria-hidden="true" data-chosen={isChosen} />
      </div>
      <div role="gridcell" className={styles['name']}>
        <bdi>{row.displayName}</bdi>
      </div>
      <div role="gridcell" className={row.site === '' ? styles['quiet'] : ''}>
        <bdi>{siteWords(row)}</bdi>
      </div>
      <div role="gridcell" className={row.user === undefined ? styles['quiet'] : ''}>
        <bdi>{userWords(row)}</bdi>
      </div>
      <div role="gridcell" className={row.isOnline ? styles[group] : styles['quiet']}>
        {group === 'locked' || group === 'lockedOut' ? <Icon name="lock" /> : group === 'wiping' ? <Icon name="warning" /> : null} {stateWords(row)}
      </div>
      <div role="gridcell">{sinceWords(row, here)}</div>
      <div role="gridcell" className={row.isOnline ? '' : styles['away']}>
        {row.isOnline || row.lastContact === undefined ? (
          <>
            {row.isOnline ? null : <Icon name="offline" />} {contactWords(row, here)}
          </>
        ) : (
          <>
            <Icon name="offline" /> <span className="visually-hidden">{t('desk.contact.offline')}, </span>
            {clockTime(row.lastContact, now, zone)}
          </>
        )}
      </div>
      <div role="gridcell" className={unsent === t('desk.unsentNone') ? styles['quiet'] : styles['owed']}>
        {unsent}
      </div>
      <div role="gridcell" className={row.waiting === 0 ? styles['quiet'] : styles['owed']}>
        {row.waiting === 0 ? t('desk.unsentNone') : row.waiting}
      </div>
      <div role="gridcell">{row.appVersion === '' ? t('desk.notTold') : row.appVersion}</div>
      <div role="gridcell" className={styles['quiet']}>
        {row.policyVersion === '' ? t('desk.notTold') : row.policyVersion}
      </div>
    </>
  )
})
