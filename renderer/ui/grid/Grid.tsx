/* oxlint-disable jsx-a11y/prefer-tag-over-role -- the lines of a table element cannot be laid out one by one: roles and aria-rowindex say what it is */
import { type KeyboardEvent, type MouseEvent, useCallback, useId, useRef } from 'react'
import type { Choosing, GridColumn, GridSort } from './columns.ts'
import styles from './Grid.module.css'
import { GridCells } from './GridCells.tsx'
import { GridHeads } from './GridHeads.tsx'
import { keepFocus } from './keep-focus.ts'
import { stepTo } from './step-to.ts'
import { useHold } from './use-hold.ts'
import { useLineWindow } from './use-line-window.ts'

interface GridProps<Line, Id extends string> {
  readonly label: string
  /** Its parts are called after it: `…-table`, `…-row`, `…-rows`, `…-sort-…`. */
  readonly testId: string
  /** The same array as long as they say the same: then no line is drawn again without need. */
  readonly columns: readonly GridColumn<Line, Id>[]
  /** A class that sets `--columns`, the widths. */
  readonly widths: string | undefined
  readonly lines: readonly Line[]
  /** How many there are, where not all of them are here. */
  readonly count?: number | undefined
  /** The same function each time. */
  readonly idOf: (line: Line) => string
  /** Id of the line that is shown whole beside it. */
  readonly pointed: string | undefined
  readonly onPoint: (id: string) => void
  /** Absent: the heads sort nothing. */
  readonly sort?: GridSort<Id>
  /** Absent: the line that is pointed out is the one that is chosen. */
  readonly choosing?: Choosing<Line>
  /** Somebody points into it, or moves in it by keys: no line may move. */
  readonly onHold?: (isHeld: boolean) => void
}

/**
 * A list of any length under heads that stay, of which the lines near the view are in the page. One stop for the Tab key; the arrow keys, Page Up, Page Down, Home
 * and End point a line out. Where several may be chosen, Space chooses, Shift draws out a range and Ctrl+A chooses all (ADR 0126).
 */
export function Grid<Line, Id extends string>({ label, testId, columns, widths, lines, count, idOf, pointed, onPoint, sort, choosing, onHold }: GridProps<Line, Id>) {
  const id = useId()
  const scroller = useRef<HTMLDivElement>(null)
  const at = pointed === undefined ? -1 : lines.findIndex((line) => idOf(line) === pointed)
  const keyAt = useCallback(
    (index: number) => {
      const line = lines[index]
      return line === undefined ? index : idOf(line)
    },
    [lines, idOf],
  )
  const { items, holder, placed, scrollTo } = useLineWindow({ count: lines.length, scroller, keyAt })
  const hold = useHold(onHold, scroller)

  /** Whether a key has been taken by what chooses several lines. */
  const chose = ({ key, shiftKey, ctrlKey, metaKey }: KeyboardEvent): boolean => {
    const line = lines[at]
    if (choosing === undefined) return false
    if ((ctrlKey || metaKey) && key.toLowerCase() === 'a') {
      choosing.onAll()
      return true
    }
    if (key !== ' ' || line === undefined) return false
    if (shiftKey) choosing.onExtend(idOf(line), undefined)
    else choosing.onToggle(idOf(line))
    return true
  }
  const pressed = (event: KeyboardEvent<HTMLElement>) => {
    const { key, shiftKey, target, currentTarget } = event
    const isOnHead = target !== currentTarget
    if (!isOnHead) hold.byKeys()
    // Space on a head presses the head.
    if (!isOnHead && chose(event)) return event.preventDefault()
    const to = stepTo(key, at, lines.length)
    const next = to === undefined ? undefined : lines[to]
    if (to === undefined || next === undefined) return
    event.preventDefault()
    if (isOnHead) {
      // From a head on into the lines.
      currentTarget.focus({ preventScroll: true })
      hold.byKeys()
    }
    scrollTo(to)
    onPoint(idOf(next))
    const from = lines[at]
    if (shiftKey) choosing?.onExtend(idOf(next), from === undefined ? undefined : idOf(from))
  }
  const clicked = ({ target, shiftKey, ctrlKey, metaKey }: MouseEvent) => {
    if (!(target instanceof Element)) return
    const place = target.closest<HTMLElement>('[data-index]')
    const line = place ? lines[Number(place.dataset['index'])] : undefined
    if (line === undefined) return
    if (shiftKey) choosing?.onExtend(idOf(line), undefined)
    else if (ctrlKey || metaKey || target.closest('[data-choose]')) choosing?.onToggle(idOf(line))
    onPoint(idOf(line))
  }

  const rowId = (line: string) => `${id}-${line}`
  const isDrawn = pointed !== undefined && items.some(({ index }) => index === at)
  return (
    <div
      role="grid"
      aria-label={label}
      aria-rowcount={(count ?? lines.length) + 1}
      aria-multiselectable={choosing === undefined ? undefined : true}
      className={`${styles['grid']} ${widths ?? ''}`}
      tabIndex={0}
      aria-activedescendant={isDrawn ? rowId(pointed) : undefined}
      data-testid={`${testId}-table`}
      onKeyDown={pressed}
      onFocus={keepFocus}
      onBlur={hold.blurred}
      onClick={clicked}
    >
      <GridHeads testId={testId} columns={columns} sort={sort} choosing={choosing} />
      <div ref={scroller} role="rowgroup" className={styles['lines']} data-testid={`${testId}-rows`} onPointerEnter={hold.entered} onPointerLeave={hold.left}>
        <div role="presentation" {...holder}>
          {items.map((item) => {
            const line = lines[item.index]
            if (line === undefined) return null
            const isChosen = choosing === undefined ? item.index === at : choosing.chosen.has(idOf(line))
            return (
              <div key={item.key} {...placed(item)} id={rowId(idOf(line))} tabIndex={-1} aria-selected={isChosen} className={styles['line']} data-pointed={item.index === at} data-testid={`${testId}-row`}>
                <GridCells testId={testId} line={line} columns={columns} boxLabel={choosing?.label(line)} isChosen={isChosen} />
              </div>
            )
          })}
        </div>
      </div>
    </div>
  )
}
