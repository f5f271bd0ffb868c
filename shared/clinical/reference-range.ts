import type { ObservationReferenceRange, Range } from '@medplum/fhirtypes'
import { ageInDays } from './age.ts'
import { system } from './code-systems.ts'
import type { Concept } from './coding.ts'
import { isCoded, readConcept, readConcepts } from './coding.ts'
import type { PartialDate } from './partial-date.ts'
import type { Quantity } from './quantity.ts'
import { readQuantity } from './quantity.ts'
import { unitKey } from './unit.ts'
import type { Untrusted } from './untrusted.ts'
import { fields, hasUnknownModifier, isAbsent, items, line } from './untrusted.ts'
import type { Zone } from './zone.ts'

/** What is expected of a result. */
export type ReferenceRange =
  | { readonly kind: 'range'; readonly low: Quantity | undefined; readonly high: Quantity | undefined; readonly text: string | undefined }
  /** Words alone: shown, never computed with ("3.5-5.1" in words may be of another unit, or another person). */
  | { readonly kind: 'text'; readonly text: string }
  /** Ranges for several sexes, ages or conditions, of which not exactly one is known to apply. */
  | { readonly kind: 'several'; readonly texts: readonly string[] }
  | { readonly kind: 'not-recorded' }
  | { readonly kind: 'malformed' }

/** Of whom, when the specimen was taken. */
export type Subject = {
  readonly sex: 'male' | 'female' | undefined
  readonly birthDate: PartialDate | undefined
  readonly at: PartialDate | undefined
  readonly zone: Zone
}

/** The range that applies to this person: the only one of meaning "normal" for which nothing else than sex and age decides, and these say yes. */
export function chooseRange(value: unknown, subject: Subject): ReferenceRange {
  if (isAbsent(value)) return { kind: 'not-recorded' }
  if (!Array.isArray(value)) return { kind: 'malformed' }
  const normal = items<ObservationReferenceRange>(value).filter(isNormalRange)
  const judged = normal.map((range) => ({ read: readRange(range), applies: applies(range, subject) }))
  const possible = judged.filter(({ applies: verdict }) => verdict !== 'no')
  const [only] = possible
  if (only === undefined) return { kind: 'not-recorded' }
  if (possible.length === 1 && only.applies === 'yes') return only.read
  return { kind: 'several', texts: possible.flatMap(({ read }) => (read.kind === 'range' || read.kind === 'text' ? (read.text ?? []) : [])) }
}

/** Without a meaning it is the normal one (FHIR R4, Observation.referenceRange.type). Therapeutic, treatment and critical ranges are other questions. */
function isNormalRange(range: Untrusted<ObservationReferenceRange>): boolean {
  const meaning = readConcept(range.type)
  return meaning.kind === 'not-recorded' || isCoded(meaning, system.rangeMeaning, 'normal')
}

function readRange(range: Untrusted<ObservationReferenceRange>): ReferenceRange {
  const [low, high] = [readQuantity(range.low), readQuantity(range.high)]
  const isBroken = (low === undefined && !isAbsent(range.low)) || (high === undefined && !isAbsent(range.high))
  if (isBroken || hasUnknownModifier(range)) return { kind: 'malformed' }
  const text = line(range.text)
  if (low === undefined && high === undefined) return text === undefined ? { kind: 'not-recorded' } : { kind: 'text', text }
  const isReversed = low !== undefined && high !== undefined && (low.number > high.number || unitKey(low.unit) !== unitKey(high.unit))
  // A bound "less than 5" is no bound that one can compare with.
  const isVague = low?.comparator !== undefined || high?.comparator !== undefined
  return isReversed || isVague ? { kind: 'malformed' } : { kind: 'range', low, high, text }
}

type Verdict = 'yes' | 'no' | 'unclear'

function applies(range: Untrusted<ObservationReferenceRange>, subject: Subject): Verdict {
  const verdicts = [...readConcepts(range.appliesTo).map((group) => appliesTo(group, subject)), appliesAtAge(range.age, subject)]
  if (verdicts.includes('no')) return 'no'
  return verdicts.includes('unclear') ? 'unclear' : 'yes'
}

function appliesTo(group: Concept, { sex }: Subject): Verdict {
  const male = isCoded(group, system.snomed, '248153007') || isCoded(group, system.administrativeGender, 'male')
  const female = isCoded(group, system.snomed, '248152002') || isCoded(group, system.administrativeGender, 'female')
  if (male === female || sex === undefined) return 'unclear'
  return (sex === 'male') === male ? 'yes' : 'no'
}

/** Mean days in a UCUM unit of age: a limit hit within its rounding is unclear, and so is decided by nobody. */
const daysIn: Readonly<Record<string, number>> = { a: 365.25, mo: 30.4375, wk: 7, d: 1, h: 1 / 24 }

function appliesAtAge(value: unknown, { birthDate, at, zone }: Subject): Verdict {
  if (isAbsent(value)) return 'yes'
  const limits = fields<Range>(value)
  const age = birthDate === undefined || at === undefined ? undefined : ageInDays(birthDate, at, zone)
  if (limits === undefined || age === undefined) return 'unclear'
  const [low, high] = [inDays(limits.low), inDays(limits.high)]
  if ((low === undefined && high === undefined) || low === 'unreadable' || high === 'unreadable') return 'unclear'
  // Does "up to 18 a" end with the 18th birthday or with the day before the 19th? Both are written: between them it is unclear.
  const from = low === undefined || low.days === 0 ? Number.NEGATIVE_INFINITY : low.days
  const [to, toAtMost] = high === undefined ? [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY] : [high.days, high.days + high.unit]
  if (age.most < from - 1 || age.least > toAtMost + 1) return 'no'
  return age.least >= from + 1 && age.most <= to - 1 ? 'yes' : 'unclear'
}

function inDays(value: unknown): { days: number; unit: number } | undefined | 'unreadable' {
  if (isAbsent(value)) return undefined
  const limit = readQuantity(value)
  const key = limit === undefined ? undefined : unitKey(limit.unit)
  const unit = key?.startsWith('ucum ') === true ? daysIn[key.slice(5)] : undefined
  if (limit === undefined || unit === undefined || limit.comparator !== undefined) return 'unreadable'
  return { days: limit.number * unit, unit }
}
