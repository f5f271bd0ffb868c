import { type ReactNode, type RefObject, useLayoutEffect, useRef } from 'react'
import styles from './Chart.module.css'

interface ScrollerProps {
  /** Where it was read: pixels from the top. Looked at once, when the view appears. */
  readonly kept: number
  readonly onScroll: (scroll: number) => void
  /** What is read here, for who hears it. */
  readonly label: string
  readonly children: (scroller: RefObject<HTMLDivElement | null>) => ReactNode
}

const settleAfter = 150

/**
 * Scrolls a view, brings it back to where it was read, and tells where it is read now. What loads late makes the page
 * longer: the place is tried again until it is reached, or the person scrolls.
 */
export function Scroller({ kept, onScroll, label, children }: ScrollerProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const latest = useRef({ wanted: kept, onScroll })
  useLayoutEffect(() => {
    latest.current.onScroll = onScroll
  }, [onScroll])

  useLayoutEffect(() => {
    const element = scroller.current
    if (!element) return undefined
    const { wanted } = latest.current
    let timer: ReturnType<typeof setTimeout> | undefined
    const grown = new ResizeObserver(reach)
    function reach() {
      if (element && element.scrollTop < wanted) element.scrollTo({ top: wanted, behavior: 'instant' })
      if (element && element.scrollTop >= wanted - 1) grown.disconnect()
    }
    if (wanted > 0) {
      // Asking for the place makes the browser lay the page out: not for a chart that begins at its top.
      reach()
      for (const child of element.children) grown.observe(child)
    }
    const moved = () => {
      clearTimeout(timer)
      timer = setTimeout(() => latest.current.onScroll(Math.round(element.scrollTop)), settleAfter)
    }
    const taken = () => grown.disconnect()
    element.addEventListener('scroll', moved, { passive: true })
    for (const sign of signs) element.addEventListener(sign, taken, { passive: true })
    return () => {
      clearTimeout(timer)
      grown.disconnect()
      element.removeEventListener('scroll', moved)
      for (const sign of signs) element.removeEventListener(sign, taken)
    }
  }, [])
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- reached by Tab: a view without a control in it could not be scrolled by keys otherwise (WCAG 2.1.1)
    <section ref={scroller} className={styles['scroller']} data-testid="chart-scroller" aria-label={label} tabIndex={0}>
      <div>{children(scroller)}</div>
    </section>
  )
}

/** The person has taken over. */
const signs = ['wheel', 'keydown', 'pointerdown'] as const
