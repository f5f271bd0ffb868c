/* oxlint-disable jsx-a11y/prefer-tag-over-role -- the lines of a table element cannot be laid out one by one: roles and aria-rowindex say what it is */
import { useVirtualizer } from '@tanstack/react-virtual'
import { useId, useRef } from 'react'
import { keepFocus } from '../../ui/grid/keep-focus.ts'
import { stepTo } from '../../ui/grid/step-to.ts'
import styles from './SupportDesk.module.css'

export interface LineColumn<T> {
  readonly id: string
  readonly head: string
  text(line: T): string
  /** `quiet`, `owed`, …: of the style sheet. */
  tone?(line: T): string | undefined
}

interface LineTableProps<T> {
  readonly label: string
  readonly testId: string
  readonly columns: readonly LineColumn<T>[]
  /** The class with the widths of the columns. */
  readonly widths: string | undefined
  readonly lines: readonly T[]
  idOf(line: T): string
  readonly chosen: string | undefined
  readonly onChoose: (id: string) => void
}

/** Height of a line while it is not laid out, in pixels: that of a line at 100 %, so that what is measured moves nothing while somebody scrolls. */
const estimate = 27

/** A list of which one line is chosen, by arrow keys or by a click, and shown whole beside it. */
export function LineTable<T>({ label, testId, columns, widths, lines, idOf, chosen, onChoose }: LineTableProps<T>) {
  const id = useId()
  const scroller = useRef<HTMLDivElement>(null)
  const at = lines.findIndex((line) => idOf(line) === chosen)
  const keyAt = (index: number) => {
    const line = lines[index]
    return line === undefined ? index : idOf(line)
  }
  // oxlint-disable-next-line react/incompatible-library -- its functions are used in this component alone
  const virtual = useVirtualizer({ count: lines.length, getScrollElement: () => scroller.current, estimateSize: () => estimate, getItemKey: keyAt, overscan: 10 })
  const items = virtual.getVirtualItems()
  const isDrawn = items.some(({ index }) => index === at)
  const line = `${styles['line']} ${widths ?? ''}`
  return (
    <div
      role="grid"
      aria-label={label}
      aria-rowcount={lines.length + 1}
      className={styles['table']}
      // One stop for the Tab key; the arrow keys move in it.
      tabIndex={0}
      aria-activedescendant={isDrawn ? `${id}-${at}` : undefined}
      data-testid={testId}
      onFocus={keepFocus}
      onKeyDown={(event) => {
        const to = stepTo(event.key, at, lines.length)
        const next = to === undefined ? undefined : lines[to]
        if (to === undefined || next === undefined) return
        event.preventDefault()
        virtual.scrollToIndex(to, { align: 'auto' })
        onChoose(idOf(next))
      }}
      onClick={({ target }) => {
        const element = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null
        const clicked = element ? lines[Number(element.dataset['index'])] : undefined
        if (clicked !== undefined) onChoose(idOf(clicked))
      }}
    >
      <div role="rowgroup">
        <div role="row" aria-rowindex={1} className={`${line} ${styles['columns']}`}>
          {columns.map((column) => (
            <div key={column.id} role="columnheader" className={styles['columnHead']}>
              {column.head}
            </div>
          ))}
        </div>
      </div>
      <div ref={scroller} role="rowgroup" className={styles['rows']}>
        <div role="presentation" className={styles['window']} style={{ blockSize: virtual.getTotalSize() }}>
          {items.map((item) => {
            const each = lines[item.index]
            return each === undefined ? null : (
              <div
                key={item.key}
                id={`${id}-${item.index}`}
                ref={virtual.measureElement}
                data-index={item.index}
                data-testid={`${testId}-row`}
                data-pointed={item.index === at}
                role="row"
                tabIndex={-1}
                aria-rowindex={item.index + 2}
                aria-selected={item.index === at}
                className={line}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                {columns.map((column) => (
                  <div key={column.id} role="gridcell" className={column.tone?.(each)}>
                    <bdi>{column.text(each)}</bdi>
                  </div>
                ))}
              </div>
            )
          })}
        </div>
      </div>
    </div>
  )
}
