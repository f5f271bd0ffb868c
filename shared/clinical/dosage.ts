import type { Dosage, DosageDoseAndRate, Range, Ratio, Timing, TimingRepeat } from '@medplum/fhirtypes'
import type { Concept } from './coding.ts'
import { readConcept, readConcepts } from './coding.ts'
import { formatDose, readDecimal } from './decimal.ts'
import type { Quantity } from './quantity.ts'
import { readQuantity } from './quantity.ts'
import type { Untrusted } from './untrusted.ts'
import { fields, hasUnknownModifier, isAbsent, items, line, oneOf } from './untrusted.ts'

/** How much: to be worded with `formatDoseQuantity`. */
export type Amount =
  | { readonly kind: 'one'; readonly quantity: Quantity }
  | { readonly kind: 'range'; readonly low: Quantity | undefined; readonly high: Quantity | undefined }
  | { readonly kind: 'ratio'; readonly numerator: Quantity; readonly denominator: Quantity }
  | { readonly kind: 'not-recorded' }
  | { readonly kind: 'malformed' }

/** When: FHIR Timing as data. Numbers are as doses are written. `frequency` times per `period` `periodUnit`. */
export type Schedule = {
  readonly code: Concept
  readonly frequency: string | undefined
  readonly frequencyMax: string | undefined
  readonly period: string | undefined
  readonly periodMax: string | undefined
  readonly periodUnit: 's' | 'min' | 'h' | 'd' | 'wk' | 'mo' | 'a' | undefined
  readonly daysOfWeek: readonly string[]
  readonly timesOfDay: readonly string[]
  /** HL7 EventTiming codes: `HS`, `ACM`. */
  readonly when: readonly string[]
}

/** Written in a way that has been misread tenfold, or for another drug (ISMP list of error-prone abbreviations): for the screen to point at, never to rewrite. */
export type RiskyNotation = 'no-leading-zero' | 'trailing-zero' | 'abbreviated-units' | 'microgram-sign' | 'error-prone-abbreviation'

/** One line of directions. */
export type Directions = {
  /** As the prescriber wrote it, unchanged. */
  readonly text: string | undefined
  readonly risky: readonly RiskyNotation[]
  readonly dose: Amount
  readonly rate: Amount
  readonly route: Concept
  readonly site: Concept
  readonly schedule: Schedule | undefined
  /** `for`: as needed, for this. */
  readonly asNeeded: { readonly kind: 'no' } | { readonly kind: 'yes' } | { readonly kind: 'for'; readonly reason: Concept }
  readonly maximum: Amount
  readonly additional: readonly Concept[]
  readonly patientInstruction: string | undefined
  readonly hasUnknownModifier: boolean
}

/** Reads `dosageInstruction` or `dosage`, in the order of their sequence. An empty list: "directions not recorded". */
export function readDirections(value: unknown): readonly Directions[] {
  return [...items<Dosage>(value)]
    .map((dosage, index) => ({ dosage, order: typeof dosage.sequence === 'number' ? dosage.sequence : index + 1 }))
    .sort((a, b) => a.order - b.order)
    .map(({ dosage }) => readOne(dosage))
}

function readOne(dosage: Untrusted<Dosage>): Directions {
  const text = line(dosage.text)
  const [given] = items<DosageDoseAndRate>(dosage.doseAndRate)
  return {
    text,
    risky: text === undefined ? [] : riskyNotation(text),
    dose: readAmount(given?.doseQuantity, given?.doseRange),
    rate: readAmount(given?.rateQuantity, given?.rateRange, given?.rateRatio),
    route: readConcept(dosage.route),
    site: readConcept(dosage.site),
    schedule: readSchedule(dosage.timing),
    asNeeded: asNeededOf(dosage),
    maximum: readAmount(dosage.maxDosePerAdministration, undefined, dosage.maxDosePerPeriod),
    additional: readConcepts(dosage.additionalInstruction),
    patientInstruction: line(dosage.patientInstruction),
    hasUnknownModifier: hasUnknownModifier(dosage),
  }
}

function asNeededOf(dosage: Untrusted<Dosage>): Directions['asNeeded'] {
  if (!isAbsent(dosage.asNeededCodeableConcept)) return { kind: 'for', reason: readConcept(dosage.asNeededCodeableConcept) }
  return dosage.asNeededBoolean === true ? { kind: 'yes' } : { kind: 'no' }
}

function readAmount(one: unknown, range: unknown, ratio?: unknown): Amount {
  if (!isAbsent(one)) {
    const quantity = readQuantity(one)
    return quantity === undefined ? { kind: 'malformed' } : { kind: 'one', quantity }
  }
  if (!isAbsent(range)) {
    const read = fields<Range>(range)
    const [low, high] = [readQuantity(read?.low), readQuantity(read?.high)]
    return low === undefined && high === undefined ? { kind: 'malformed' } : { kind: 'range', low, high }
  }
  if (isAbsent(ratio)) return { kind: 'not-recorded' }
  const read = fields<Ratio>(ratio)
  const [numerator, denominator] = [readQuantity(read?.numerator), readQuantity(read?.denominator)]
  return numerator === undefined || denominator === undefined ? { kind: 'malformed' } : { kind: 'ratio', numerator, denominator }
}

function readSchedule(value: unknown): Schedule | undefined {
  const timing = fields<Timing>(value)
  if (timing === undefined) return undefined
  const repeat = fields<TimingRepeat>(timing.repeat)
  const count = (number: unknown): string | undefined => {
    const decimal = readDecimal(number)
    return decimal === undefined ? undefined : formatDose(decimal)
  }
  return {
    code: readConcept(timing.code),
    frequency: count(repeat?.frequency),
    frequencyMax: count(repeat?.frequencyMax),
    period: count(repeat?.period),
    periodMax: count(repeat?.periodMax),
    periodUnit: oneOf(repeat?.periodUnit, ['s', 'min', 'h', 'd', 'wk', 'mo', 'a']),
    daysOfWeek: lines(repeat?.dayOfWeek),
    timesOfDay: lines(repeat?.timeOfDay),
    when: lines(repeat?.when),
  }
}

function lines(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.flatMap((entry: unknown) => line(entry) ?? []) : []
}

const risks: readonly (readonly [RiskyNotation, RegExp])[] = [
  ['no-leading-zero', /(?<![\d.])\.\d/],
  ['trailing-zero', /\d\.0+(?![\d.])/],
  ['abbreviated-units', /\d\s*(?:U|u|IU)\b/],
  ['microgram-sign', /[µμ]g\b/],
  ['error-prone-abbreviation', /\b(?:q\.?d|q\.?o\.?d|MSO4|MgSO4)\b/i],
]

/** The error-prone notations in a text of directions. */
export function riskyNotation(text: string): readonly RiskyNotation[] {
  return risks.filter(([, pattern]) => pattern.test(text)).map(([risk]) => risk)
}
