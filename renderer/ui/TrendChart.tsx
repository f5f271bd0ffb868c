import { useEffect, useRef } from 'react'
import UPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { trendScale } from './trend-scale.ts'
import type { TrendPoint } from './sparkline.ts'
import styles from './TrendChart.module.css'

export interface TrendLine {
  readonly points: readonly TrendPoint[]
  readonly dashed: boolean
}

interface TrendChartProps {
  readonly lines: readonly TrendLine[]
  readonly band: { readonly low?: number | undefined; readonly high?: number | undefined } | undefined
  /** Epoch milliseconds: where the time axis begins and ends, so that charts under each other can be compared. */
  readonly from: number
  readonly to: number
  readonly zone: string
  /** What the picture says, in words; the table beside it says the rest. */
  readonly label: string
}

const height = 132

/** A trend on a time axis to scale, with the reference range behind it. A picture: whoever shows it shows a table too. */
export default function TrendChart({ lines, band, from, to, zone, label }: TrendChartProps) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = place.current
    if (!element) return undefined
    let plot = draw(element)
    const redraw = () => {
      plot.destroy()
      plot = draw(element)
    }
    const resized = new ResizeObserver(([entry]) => entry && plot.setSize({ width: Math.max(160, entry.contentRect.width), height }))
    resized.observe(element)
    const schemes = matchMedia('(prefers-color-scheme: dark)')
    schemes.addEventListener('change', redraw)
    return () => {
      resized.disconnect()
      schemes.removeEventListener('change', redraw)
      plot.destroy()
    }

    function draw(target: HTMLElement): UPlot {
      const colour = colours(target)
      const axis = { stroke: colour('--text-quiet'), grid: { stroke: colour('--rule'), width: 1 }, ticks: { show: false }, font: `11px ${getComputedStyle(target).fontFamily}` }
      const scale = trendScale(lines.flatMap((line) => line.points.map((point) => point.value)), band)
      return new UPlot(
        {
          width: Math.max(160, target.clientWidth),
          height,
          legend: { show: false },
          cursor: { show: false },
          tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1_000), zone),
          scales: { x: { time: true, range: [from / 1_000, to / 1_000] }, y: { range: [scale.from, scale.to] } },
          axes: [{ ...axis, size: 24 }, { ...axis, size: 44 }],
          series: [
            {},
            ...lines.map(({ dashed }) => ({
              stroke: colour('--text'),
              width: 1.5,
              spanGaps: true,
              points: { show: true, size: 5, fill: colour('--surface') },
              ...(dashed ? { dash: [4, 3] } : {}),
            })),
          ],
          hooks: { drawClear: [(self) => drawBand(self, colour('--band'))] },
        },
        aligned(lines),
        target,
      )
    }

    function drawBand(self: UPlot, fill: string) {
      if (!band || (band.low === undefined && band.high === undefined)) return
      const { left, top, width, height: tall } = self.bbox
      const y = (value: number) => Math.min(top + tall, Math.max(top, self.valToPos(value, 'y', true)))
      const upper = band.high === undefined ? top : y(band.high)
      const lower = band.low === undefined ? top + tall : y(band.low)
      self.ctx.fillStyle = fill
      self.ctx.fillRect(left, upper, width, lower - upper)
    }
  }, [lines, band, from, to, zone])
  return <div ref={place} className={styles['chart']} role="img" aria-label={label} />
}

/** All lines over one list of moments, in seconds, as the library wants them. */
function aligned(lines: readonly TrendLine[]): UPlot.AlignedData {
  const moments = [...new Set(lines.flatMap((line) => line.points.map((point) => point.at)))].sort((a, b) => a - b)
  const values = lines.map(({ points }) => {
    const at = new Map(points.map((point) => [point.at, point.value]))
    return moments.map((moment) => at.get(moment) ?? null)
  })
  return [moments.map((moment) => moment / 1_000), ...values]
}

function colours(element: HTMLElement): (name: string) => string {
  const style = getComputedStyle(element)
  return (name) => style.getPropertyValue(name)
}
