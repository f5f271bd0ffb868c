import type { Observation, Range, Ratio } from '@medplum/fhirtypes'
import type { Concept } from './coding.ts'
import { readConcept } from './coding.ts'
import { readDecimal } from './decimal.ts'
import type { PartialDate } from './partial-date.ts'
import { readDateTime } from './partial-date.ts'
import type { Quantity } from './quantity.ts'
import { readQuantity } from './quantity.ts'
import type { Untrusted } from './untrusted.ts'
import { fields, isAbsent, line } from './untrusted.ts'
import { readPeriod } from './when.ts'

/** What was found: the `value[x]` of an Observation or of one of its components. */
export type ResultValue =
  | { readonly kind: 'quantity'; readonly quantity: Quantity }
  | { readonly kind: 'coded'; readonly name: Concept }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'yes-no'; readonly value: boolean }
  | { readonly kind: 'range'; readonly low: Quantity | undefined; readonly high: Quantity | undefined }
  | { readonly kind: 'ratio'; readonly numerator: Quantity; readonly denominator: Quantity }
  | { readonly kind: 'date'; readonly date: PartialDate }
  | { readonly kind: 'period'; readonly start: PartialDate | undefined; readonly end: PartialDate | undefined }
  /** A recording (an ECG): not for a cell of a table. */
  | { readonly kind: 'recording' }
  /** There is none, and this is why. */
  | { readonly kind: 'absent'; readonly reason: Concept }
  | { readonly kind: 'not-recorded' }
  | { readonly kind: 'malformed' }

type ValueElements = Pick<
  Observation,
  | 'valueQuantity' | 'valueCodeableConcept' | 'valueString' | 'valueBoolean' | 'valueInteger' | 'valueRange' | 'valueRatio'
  | 'valueSampledData' | 'valueTime' | 'valueDateTime' | 'valuePeriod' | 'dataAbsentReason'
> // prettier-ignore

/** Reads the one `value[x]` there is. Two at once are malformed: nobody can say which is meant. */
export function readResultValue(element: Untrusted<ValueElements>): ResultValue {
  const read: ResultValue[] = []
  const take = (value: unknown, reading: (value: unknown) => ResultValue | undefined): void => {
    if (!isAbsent(value)) read.push(reading(value) ?? { kind: 'malformed' })
  }
  take(element.valueQuantity, quantityOf)
  take(element.valueCodeableConcept, codedOf)
  take(element.valueString, textOf)
  take(element.valueBoolean, (value) => (typeof value === 'boolean' ? { kind: 'yes-no', value } : undefined))
  take(element.valueInteger, integerOf)
  take(element.valueRange, rangeOf)
  take(element.valueRatio, ratioOf)
  take(element.valueSampledData, () => ({ kind: 'recording' }))
  take(element.valueTime, textOf)
  take(element.valueDateTime, (value) => {
    const date = readDateTime(value)
    return date === undefined ? undefined : { kind: 'date', date }
  })
  take(element.valuePeriod, (value) => {
    const period = readPeriod(value)
    return period.kind === 'period' ? period : undefined
  })
  const [only, second] = read
  if (second !== undefined) return { kind: 'malformed' }
  if (only !== undefined) return only
  return isAbsent(element.dataAbsentReason) ? { kind: 'not-recorded' } : { kind: 'absent', reason: readConcept(element.dataAbsentReason) }
}

/** The number to compare and to draw, where the value is one. */
export function quantityIn(value: ResultValue): Quantity | undefined {
  return value.kind === 'quantity' ? value.quantity : undefined
}

function quantityOf(value: unknown): ResultValue | undefined {
  const quantity = readQuantity(value)
  return quantity === undefined ? undefined : { kind: 'quantity', quantity }
}

function codedOf(value: unknown): ResultValue | undefined {
  const name = readConcept(value)
  return name.kind === 'malformed' ? undefined : { kind: 'coded', name }
}

function textOf(value: unknown): ResultValue | undefined {
  const text = line(value)
  return text === undefined ? undefined : { kind: 'text', text }
}

function integerOf(value: unknown): ResultValue | undefined {
  const exact = readDecimal(value)
  if (exact === undefined) return undefined
  return { kind: 'quantity', quantity: { exact, number: Number(exact), comparator: undefined, unit: { kind: 'not-recorded' } } }
}

function rangeOf(value: unknown): ResultValue | undefined {
  const range = fields<Range>(value)
  const [low, high] = [readQuantity(range?.low), readQuantity(range?.high)]
  return low === undefined && high === undefined ? undefined : { kind: 'range', low, high }
}

function ratioOf(value: unknown): ResultValue | undefined {
  const ratio = fields<Ratio>(value)
  const [numerator, denominator] = [readQuantity(ratio?.numerator), readQuantity(ratio?.denominator)]
  return numerator === undefined || denominator === undefined ? undefined : { kind: 'ratio', numerator, denominator }
}
