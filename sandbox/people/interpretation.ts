/** A reference range: either end may be missing. */
export interface Range {
  readonly low?: number
  readonly high?: number
}

/** v3-ObservationInterpretation. Doubled letters are the values that a laboratory telephones. */
export type Interpretation = 'LL' | 'L' | 'N' | 'H' | 'HH'

/**
 * What a laboratory prints beside a value. Without a range there is nothing to say: undefined, which is not "normal".
 * A value on the edge is inside.
 */
export function interpret(value: number, range: Range | undefined, critical: Range = {}): Interpretation | undefined {
  if (range === undefined || (range.low === undefined && range.high === undefined)) return undefined
  if (critical.low !== undefined && value < critical.low && range.low !== undefined) return 'LL'
  if (critical.high !== undefined && value > critical.high && range.high !== undefined) return 'HH'
  if (range.low !== undefined && value < range.low) return 'L'
  if (range.high !== undefined && value > range.high) return 'H'
  return 'N'
}

/** Only one end of a range, where both are there: the upper. */
export function oneSided({ low, high }: Range): Range {
  if (high !== undefined) return { high }
  return low === undefined ? {} : { low }
}
