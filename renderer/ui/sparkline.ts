/** A measured point of a trend: `at` in epoch milliseconds. */
export interface TrendPoint {
  readonly at: number
  readonly value: number
}

export interface SparkBand {
  readonly low?: number | undefined
  readonly high?: number | undefined
}

export interface SparkShape {
  /** An SVG path through the points, time to scale. */
  readonly path: string
  /** The newest point. */
  readonly last: { readonly x: number; readonly y: number }
  /** The reference range within the picture, where it reaches into it. */
  readonly band: { readonly y: number; readonly height: number } | undefined
}

const inset = 2

/**
 * The shape of a trend in a box of so many pixels. The vertical axis reaches from the least to the greatest value, not
 * from zero: whoever shows it says so. Undefined for fewer than two points: one measurement is no trend.
 */
export function sparkShape(points: readonly TrendPoint[], band: SparkBand, width: number, height: number): SparkShape | undefined {
  const sorted = [...points].sort((a, b) => a.at - b.at)
  const [first, last] = [sorted[0], sorted.at(-1)]
  if (!first || !last || sorted.length < 2 || last.at === first.at) return undefined
  const values = sorted.map((point) => point.value)
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const span = most - least
  const x = (at: number) => round(inset + ((at - first.at) / (last.at - first.at)) * (width - 2 * inset))
  // A flat trend runs through the middle.
  const y = (value: number) => round(span === 0 ? height / 2 : height - inset - ((value - least) / span) * (height - 2 * inset))
  const path = sorted.map((point, index) => `${index === 0 ? 'M' : 'L'}${x(point.at)} ${y(point.value)}`).join('')
  return { path, last: { x: x(last.at), y: y(last.value) }, band: span === 0 ? undefined : bandShape(band, least, most, y, height) }
}

function bandShape({ low, high }: SparkBand, least: number, most: number, y: (value: number) => number, height: number) {
  if ((low === undefined && high === undefined) || (low ?? least) > most || (high ?? most) < least) return undefined
  const top = high === undefined || high > most ? 0 : y(high)
  const bottom = low === undefined || low < least ? height : y(low)
  return { y: top, height: round(bottom - top) }
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
