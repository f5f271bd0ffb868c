import UPlot from 'uplot'
import type { TrendPoint } from './sparkline.ts'
import { trendScale } from './trend-scale.ts'

interface TrendLine {
  readonly points: readonly TrendPoint[]
  readonly dashed: boolean
}

export interface TrendPicture {
  readonly lines: readonly TrendLine[]
  /** The reference range, drawn behind the lines. */
  readonly band: { readonly low?: number | undefined; readonly high?: number | undefined } | undefined
  /** Epoch milliseconds: where the time axis begins and ends, so that pictures under each other can be compared. */
  readonly from: number
  readonly to: number
  readonly zone: string
}

export const pictureHeight = 144

/** The width of a picture in a place of that width. */
export function pictureWidth(width: number): number {
  return Math.max(160, Math.floor(width))
}

/** Draws the picture into an element, in the colours of the theme as it is now. */
export function drawTrend(element: HTMLElement, { lines, band, from, to, zone }: TrendPicture): UPlot {
  const style = getComputedStyle(element)
  const colour = (name: string) => style.getPropertyValue(name)
  const axis = { stroke: colour('--text-quiet'), grid: { stroke: colour('--rule'), width: 1 }, ticks: { show: false }, font: `11px ${style.fontFamily}` }
  const scale = trendScale(lines.flatMap((line) => line.points.map((point) => point.value)), band)
  return new UPlot(
    {
      width: pictureWidth(element.clientWidth),
      height: pictureHeight,
      legend: { show: false },
      cursor: { show: false },
      tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1_000), zone),
      scales: { x: { time: true, range: [from / 1_000, to / 1_000] }, y: { range: [scale.from, scale.to] } },
      axes: [{ ...axis, size: 36 }, { ...axis, size: 44 }],
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
      hooks: { drawClear: [(plot) => drawBand(plot, band, colour('--band'))] },
    },
    aligned(lines),
    element,
  )
}

function drawBand(plot: UPlot, band: TrendPicture['band'], fill: string): void {
  if (!band || (band.low === undefined && band.high === undefined)) return
  const { left, top, width, height } = plot.bbox
  const y = (value: number) => Math.min(top + height, Math.max(top, plot.valToPos(value, 'y', true)))
  const upper = band.high === undefined ? top : y(band.high)
  const lower = band.low === undefined ? top + height : y(band.low)
  plot.ctx.fillStyle = fill
  plot.ctx.fillRect(left, upper, width, lower - upper)
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
