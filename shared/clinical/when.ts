import type { Period, Range } from '@medplum/fhirtypes'
import type { PartialDate } from './partial-date.ts'
import { readDateTime } from './partial-date.ts'
import type { Quantity } from './quantity.ts'
import { readQuantity } from './quantity.ts'
import { fields, isAbsent, line } from './untrusted.ts'

/** When something was, began or ended: FHIR's `onset[x]`, `performed[x]`, `effective[x]` and their like. */
export type When =
  | { readonly kind: 'date'; readonly date: PartialDate }
  | { readonly kind: 'period'; readonly start: PartialDate | undefined; readonly end: PartialDate | undefined }
  /** At this age of the patient. */
  | { readonly kind: 'age'; readonly age: Quantity }
  | { readonly kind: 'age-range'; readonly low: Quantity | undefined; readonly high: Quantity | undefined }
  /** In the author's words. */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'not-recorded' }
  | { readonly kind: 'malformed' }

/** The forms a FHIR `[x]` element of time may take, as found on the resource. At most one is filled. */
export type WhenForms = {
  readonly dateTime?: unknown
  readonly period?: unknown
  readonly age?: unknown
  readonly range?: unknown
  readonly text?: unknown
}

export function readWhen({ dateTime, period, age, range, text }: WhenForms): When {
  if (!isAbsent(dateTime)) {
    const date = readDateTime(dateTime)
    return date === undefined ? { kind: 'malformed' } : { kind: 'date', date }
  }
  if (!isAbsent(period)) return readPeriod(period)
  if (!isAbsent(age)) {
    const quantity = readQuantity(age)
    return quantity === undefined ? { kind: 'malformed' } : { kind: 'age', age: quantity }
  }
  if (!isAbsent(range)) {
    const read = fields<Range>(range)
    const [low, high] = [readQuantity(read?.low), readQuantity(read?.high)]
    return low === undefined && high === undefined ? { kind: 'malformed' } : { kind: 'age-range', low, high }
  }
  if (isAbsent(text)) return { kind: 'not-recorded' }
  const words = line(text)
  return words === undefined ? { kind: 'malformed' } : { kind: 'text', text: words }
}

/** A FHIR Period. A bound that is no date makes it malformed: half of it would mislead. */
export function readPeriod(value: unknown): When {
  if (isAbsent(value)) return { kind: 'not-recorded' }
  const period = fields<Period>(value)
  if (period === undefined) return { kind: 'malformed' }
  const [start, end] = [readDateTime(period.start), readDateTime(period.end)]
  const isBroken = (start === undefined && !isAbsent(period.start)) || (end === undefined && !isAbsent(period.end))
  if (isBroken) return { kind: 'malformed' }
  return start === undefined && end === undefined ? { kind: 'not-recorded' } : { kind: 'period', start, end }
}

/** The date to sort by: the date, or the start, else the end of the period. */
export function sortDate(when: When): PartialDate | undefined {
  if (when.kind === 'date') return when.date
  return when.kind === 'period' ? (when.start ?? when.end) : undefined
}
