import { useEffect, useRef } from 'react'
import 'uplot/dist/uPlot.min.css'
import { drawTrend, pictureHeight, pictureWidth, type TrendPicture } from './draw-trend.ts'
import styles from './TrendChart.module.css'

interface TrendChartProps {
  /** Must be the same object as long as it is the same picture: another one is drawn anew. */
  readonly picture: TrendPicture
  /** What the picture says, in words; the table beside it says the rest. */
  readonly label: string
}

/** A trend on a time axis to scale, with the reference range behind it. A picture: whoever shows it shows a table too. */
export default function TrendChart({ picture, label }: TrendChartProps) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = place.current
    if (!element) return undefined
    let plot = drawTrend(element, picture)
    const redraw = () => {
      plot.destroy()
      plot = drawTrend(element, picture)
    }
    const resized = new ResizeObserver(([entry]) => entry && plot.setSize({ width: pictureWidth(entry.contentRect.width), height: pictureHeight }))
    resized.observe(element)
    const schemes = matchMedia('(prefers-color-scheme: dark)')
    schemes.addEventListener('change', redraw)
    return () => {
      resized.disconnect()
      schemes.removeEventListener('change', redraw)
      plot.destroy()
    }
  }, [picture])
  // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- the library draws into a canvas of its own
  return <div ref={place} className={styles['chart']} role="img" aria-label={label} />
}
