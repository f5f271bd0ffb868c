import { useVirtualizer, type VirtualItem } from '@tanstack/react-virtual'
import type { RefObject } from 'react'
import styles from './Grid.module.css'

/** Height of a line while it is not laid out, in pixels: that of a line at 100 %, so that what is measured moves nothing while somebody scrolls (ADR 0117). */
const lineHeight = 27

interface LineWindowProps {
  readonly count: number
  /** What scrolls them. */
  readonly scroller: RefObject<HTMLElement | null>
  /** A line keeps its height by its key. The same function as long as the lines are the same: another one has all of them measured anew. */
  readonly keyAt: (index: number) => string | number
  /** What stands above the lines in the same scroller. Pixels. */
  readonly above?: number
}

/** Of a list of any length, the lines near the view: `holder` is as high as all of them, `placed` puts one in its place in it. Who listens is told which one of how many it is. */
export function useLineWindow({ count, scroller, keyAt, above = 0 }: LineWindowProps) {
  // oxlint-disable-next-line react/incompatible-library -- what it answers is read anew each time that something is drawn
  const virtual = useVirtualizer({ count, getScrollElement: () => scroller.current, estimateSize: () => lineHeight, getItemKey: keyAt, scrollMargin: above, overscan: 10 })
  return {
    items: virtual.getVirtualItems(),
    holder: { className: styles['window'], style: { blockSize: virtual.getTotalSize() } },
    placed: ({ index, start }: VirtualItem) => ({ ref: virtual.measureElement, role: 'row', 'data-index': index, 'aria-rowindex': index + 2, style: { transform: `translateY(${start - above}px)` } }),
    scrollTo: (index: number) => virtual.scrollToIndex(index, { align: 'auto' }),
  }
}
