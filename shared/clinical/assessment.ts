import type { Flag, Interpretation } from './interpretation.ts'
import { directionOf, isAbnormal, worstFlag } from './interpretation.ts'
import type { Quantity } from './quantity.ts'
import type { ReferenceRange } from './reference-range.ts'
import { unitKey } from './unit.ts'

/** Why nothing is said about a result: the screen shows "not assessed", and this on demand. */
export type NotAssessed =
  | 'no-range'
  | 'range-unusable'
  | 'unit-differs'
  | 'value-too-vague'
  | 'not-a-number'
  | 'interpretation-not-understood'
  /** The laboratory said something that is neither normal nor abnormal: positive, resistant. */
  | 'interpretation-open'
  | 'unknown-modifier'

export type Assessment = {
  readonly flag: Flag
  /** Present exactly when `flag` is `not-assessed`. */
  readonly why: NotAssessed | undefined
  /** Laboratory and range do not say the same; the graver is the flag, and the screen says that they differ. */
  readonly disagreement: { readonly laboratory: Flag; readonly range: Flag } | undefined
}

/**
 * Laboratory's interpretation and computed comparison, together: the graver counts, and a difference is said (docs/adr/0030).
 * `normal` needs the laboratory's own N, or a usable range, and nothing that says otherwise.
 */
export function assess(value: Quantity | undefined, range: ReferenceRange, interpretation: Interpretation): Assessment {
  const computed = compare(value, range)
  if (interpretation.kind === 'not-understood' && !isAbnormal(computed.flag)) return notAssessed('interpretation-not-understood')
  if (interpretation.kind === 'other' && !isAbnormal(computed.flag)) return notAssessed('interpretation-open')
  if (interpretation.kind !== 'flag') {
    return computed.flag === 'not-assessed' ? notAssessed(computed.why) : { flag: computed.flag, why: undefined, disagreement: undefined }
  }
  const { flag: laboratory } = interpretation
  if (computed.flag === 'not-assessed') return { flag: laboratory, why: undefined, disagreement: undefined }
  const disagreement = agree(laboratory, computed.flag) ? undefined : { laboratory, range: computed.flag }
  return { flag: worstFlag(laboratory, computed.flag), why: undefined, disagreement }
}

export function notAssessed(why: NotAssessed): Assessment {
  return { flag: 'not-assessed', why, disagreement: undefined }
}

type Compared = { readonly flag: 'low' | 'normal' | 'high' } | { readonly flag: 'not-assessed'; readonly why: NotAssessed }

/** A range knows no critical limit: high and low agree with the laboratory's critical ones, and with its undirected ones. */
function agree(laboratory: Flag, range: 'low' | 'normal' | 'high'): boolean {
  const isOff = isAbnormal(laboratory)
  if (range === 'normal') return !isOff
  return isOff && (directionOf(laboratory) ?? directionOf(range)) === directionOf(range)
}

/** A number against its range: both of one unit. The bounds themselves are within (FHIR R4, Observation.referenceRange). */
function compare(value: Quantity | undefined, range: ReferenceRange): Compared {
  if (value === undefined) return { flag: 'not-assessed', why: 'not-a-number' }
  if (range.kind === 'not-recorded') return { flag: 'not-assessed', why: 'no-range' }
  if (range.kind !== 'range') return { flag: 'not-assessed', why: 'range-unusable' }
  const { low, high } = range
  const unit = unitKey(value.unit)
  for (const bound of [low, high]) {
    if (bound === undefined) continue
    // Two numbers without a unit are not two numbers of one unit, except where both say that they have none.
    if (unit === undefined || unitKey(bound.unit) !== unit) return { flag: 'not-assessed', why: 'unit-differs' }
  }
  const possible = possibleFlags(value, low?.number, high?.number)
  const [only] = possible
  return possible.length === 1 && only !== undefined ? { flag: only } : { flag: 'not-assessed', why: 'value-too-vague' }
}

/** All that the true value can be: one for a plain number, maybe several for `<5` or `>60`. */
function possibleFlags({ number, comparator }: Quantity, low: number | undefined, high: number | undefined): readonly ('low' | 'normal' | 'high')[] {
  const isBelow = comparator === '<' || comparator === '<='
  const isAbove = comparator === '>' || comparator === '>='
  // A range from zero has no low side for what is reported as "less than" a positive number.
  const floor = isBelow && low === 0 && number > 0 ? undefined : low
  const least = isBelow ? Number.NEGATIVE_INFINITY : number
  const most = isAbove ? Number.POSITIVE_INFINITY : number
  const canBeLow = floor !== undefined && least < floor
  const canBeHigh = high !== undefined && most > high
  // Open intervals end before their number: <3.5 against a low of 3.5 is low for certain, >5 against a high of 5 is high.
  const isLowForCertain = floor !== undefined && (comparator === '<' ? most <= floor : most < floor)
  const isHighForCertain = high !== undefined && (comparator === '>' ? least >= high : least > high)
  if (isLowForCertain) return ['low']
  if (isHighForCertain) return ['high']
  return [...(canBeLow ? (['low'] as const) : []), 'normal', ...(canBeHigh ? (['high'] as const) : [])]
}
