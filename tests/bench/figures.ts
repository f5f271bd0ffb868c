/** One measured figure beside its bar. */
export interface Figure {
  readonly figure: string
  readonly value: number
  readonly unit: string
  /** The bar in words, as the requirement states it. */
  readonly bar: string
  readonly pass: boolean
  /** What the figure was held against, measured in the same run, in the same unit. */
  readonly floor?: number
}

/** The p-th percentile (0–100) by the nearest-rank method. Throws on no samples. */
export function percentile(samples: readonly number[], p: number): number {
  const sorted = [...samples].sort((a, b) => a - b)
  const value = sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)]
  if (value === undefined) throw new Error('no samples')
  return value
}

export const median = (samples: readonly number[]): number => percentile(samples, 50)

/** A value held against an upper bar. */
export function atMost(figure: string, value: number, unit: string, bar: number, floor?: number): Figure {
  return { figure, value, unit, bar: `≤ ${bar}${unit === '×' ? ' ×' : ` ${unit}`}`, pass: value <= bar, ...(floor === undefined ? {} : { floor }) }
}

/** A value held against a lower bar. */
export function atLeast(figure: string, value: number, unit: string, bar: number, floor?: number): Figure {
  return { figure, value, unit, bar: `≥ ${bar}${unit === '×' ? ' ×' : ` ${unit}`}`, pass: value >= bar, ...(floor === undefined ? {} : { floor }) }
}

const digits = (value: number) => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(2))

/** The table that `npm run bench` prints: figure, value, bar, and whether it holds. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map((each) => [
    each.figure,
    `${digits(each.value)} ${each.unit}`,
    each.bar,
    each.floor === undefined ? '' : digits(each.floor),
    each.pass ? 'holds' : 'MISSED',
  ])
  const all = [['figure', 'value', 'bar', 'floor', ''], ...rows]
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  return all.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()).join('\n')
}
