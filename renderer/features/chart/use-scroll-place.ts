import { type RefObject, useLayoutEffect, useRef } from 'react'
import type { ChartView } from './chart-view.ts'

const settleAfter = 150

/**
 * Brings a view back to where it was read, and tells where it is read now. What loads late makes the page longer: the
 * place is tried again until it is reached, or the person scrolls.
 */
export function useScrollPlace(scroller: RefObject<HTMLElement | null>, view: ChartView, kept: number, tell: (scroll: number) => void): void {
  const latest = useRef({ kept, tell })
  useLayoutEffect(() => {
    latest.current = { kept, tell }
  })

  useLayoutEffect(() => {
    const element = scroller.current
    if (!element) return undefined
    const wanted = latest.current.kept
    element.scrollTop = wanted
    let timer: ReturnType<typeof setTimeout> | undefined
    const grown = new ResizeObserver(() => {
      if (element.scrollTop < wanted) element.scrollTop = wanted
      if (element.scrollTop >= wanted) grown.disconnect()
    })
    if (wanted > 0) for (const child of element.children) grown.observe(child)
    const moved = () => {
      clearTimeout(timer)
      timer = setTimeout(() => latest.current.tell(Math.round(element.scrollTop)), settleAfter)
    }
    const taken = () => grown.disconnect()
    element.addEventListener('scroll', moved, { passive: true })
    element.addEventListener('wheel', taken, { passive: true })
    element.addEventListener('keydown', taken)
    element.addEventListener('pointerdown', taken)
    return () => {
      clearTimeout(timer)
      grown.disconnect()
      element.removeEventListener('scroll', moved)
      element.removeEventListener('wheel', taken)
      element.removeEventListener('keydown', taken)
      element.removeEventListener('pointerdown', taken)
    }
  }, [scroller, view])
}
