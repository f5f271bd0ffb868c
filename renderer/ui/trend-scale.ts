/** The vertical axis of a trend: where it begins and ends, and whether zero is on it. */
export interface TrendScale {
  readonly from: number
  readonly to: number
  readonly hasZero: boolean
}

/** Reaches over all values and the reference range, with a tenth of air; from zero only where zero is near. */
export function trendScale(values: readonly number[], band: { readonly low?: number | undefined; readonly high?: number | undefined } | undefined): TrendScale {
  const all = [...values, ...[band?.low, band?.high].filter((bound) => bound !== undefined)]
  const [least, most] = [Math.min(...all), Math.max(...all)]
  if (!Number.isFinite(least) || !Number.isFinite(most)) return { from: 0, to: 1, hasZero: true }
  const air = (most - least) / 10 || Math.max(Math.abs(most), 1) / 10
  const from = least >= 0 && least - air < (most - least) / 4 ? 0 : least - air
  return { from, to: most + air, hasZero: from <= 0 && most + air >= 0 }
}
