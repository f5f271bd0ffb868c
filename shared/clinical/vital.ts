import type { Assessment } from './assessment.ts'
import { system } from './code-systems.ts'
import type { Concept } from './coding.ts'
import { isCoded } from './coding.ts'
import { otherUnit, toTrendUnit } from './conversion.ts'
import { newestFirst } from './date-order.ts'
import type { Finding, ObservationRow, Person, Withdrawn } from './observation.ts'
import { readObservation } from './observation.ts'
import type { PartialDate } from './partial-date.ts'
import type { Quantity } from './quantity.ts'
import { quantityIn } from './result-value.ts'
import type { Trends } from './series.ts'
import { trendsOf } from './series.ts'
import type { Malformed } from './untrusted.ts'
import type { Zone } from './zone.ts'

/** In the order in which they are read at the bedside. LOINC, US Core 7/8 vital signs. */
const vitalSigns = [
  { sign: 'blood-pressure', codes: ['85354-9', '55284-4'] },
  { sign: 'heart-rate', codes: ['8867-4'] },
  { sign: 'respiratory-rate', codes: ['9279-1'] },
  { sign: 'oxygen-saturation', codes: ['59408-5', '2708-6'] },
  { sign: 'temperature', codes: ['8310-5'] },
  { sign: 'height', codes: ['8302-2'] },
  { sign: 'weight', codes: ['29463-7'] },
  { sign: 'bmi', codes: ['39156-5'] },
  { sign: 'head-circumference', codes: ['9843-4'] },
] as const satisfies readonly { readonly sign: string; readonly codes: readonly string[] }[]

export type VitalSign = (typeof vitalSigns)[number]['sign']

const systolicCode = '8480-6'
const diastolicCode = '8462-4'
/** The panel that only groups the others. */
const panelCode = '85353-1'

export type VitalReading = {
  readonly kind: 'reading'
  readonly id: string | undefined
  readonly date: PartialDate | undefined
  readonly status: ObservationRow['status']
  readonly value: VitalValue
  readonly hasUnknownModifier: boolean
}

type VitalValue =
  /** As recorded; `other` is the same in the other unit of the bedside, and converted. */
  | { readonly kind: 'single'; readonly finding: Finding; readonly other: Quantity | undefined }
  /** A pair; a half that was not recorded is undefined, and said. */
  | { readonly kind: 'pair'; readonly systolic: Finding | undefined; readonly diastolic: Finding | undefined }

export type Vital = {
  readonly sign: VitalSign
  /** The newest that has a value, or nothing: "not recorded". */
  readonly latest: VitalReading | undefined
  /** All, newest first, for the table. */
  readonly readings: readonly VitalReading[]
  /** One unit each; for blood pressure `trend` is the systolic and `second` the diastolic. */
  readonly trend: Trends
  readonly second: Trends | undefined
}

export type Vitals = {
  readonly signs: readonly Vital[]
  /** Recorded among the vital signs, and none of the above (or of somebody else: a fetus): in a list of its own. */
  readonly other: readonly ObservationRow[]
  readonly withdrawn: readonly Withdrawn[]
  readonly malformed: readonly Malformed[]
}

/** Reads the vital-signs Observations of one patient. */
export function readVitals(resources: readonly unknown[], person: Person, zone: Zone): Vitals {
  const readings = new Map<VitalSign, VitalReading[]>()
  const other: ObservationRow[] = []
  const withdrawn: Withdrawn[] = []
  const broken: Malformed[] = []
  for (const entry of resources) {
    const read = readObservation(entry, person, zone)
    if (read.kind === 'malformed') broken.push(read)
    else if (read.kind === 'withdrawn') withdrawn.push(read)
    else {
      const sign = read.hasOtherFocus ? undefined : signOf(read.name)
      if (sign !== undefined) {
        const known = readings.get(sign)
        if (known === undefined) readings.set(sign, [readingOf(sign, read)])
        else known.push(readingOf(sign, read))
      } else if (!isEmptyPanel(read)) other.push(read)
    }
  }
  const signs = vitalSigns.map(({ sign }) => vitalOf(sign, joinHalves(readings.get(sign) ?? [], zone), zone))
  return { signs, other: other.sort((a, b) => newestFirst(a.date, b.date, zone)), withdrawn, malformed: broken }
}

function signOf(name: Concept): VitalSign | undefined {
  if (isCoded(name, system.loinc, systolicCode, diastolicCode)) return 'blood-pressure'
  return vitalSigns.find(({ codes }) => isCoded(name, system.loinc, ...codes))?.sign
}

function isEmptyPanel(row: ObservationRow): boolean {
  return isCoded(row.name, system.loinc, panelCode) && row.value.kind === 'not-recorded' && row.components.length === 0
}

function readingOf(sign: VitalSign, row: ObservationRow): VitalReading {
  const { id, date, status, hasUnknownModifier } = row
  const own: Finding = row
  const half = (code: string): Finding | undefined =>
    [own, ...row.components].find(({ name }) => isCoded(name, system.loinc, code))
  const quantity = quantityIn(row.value)
  const value: VitalValue =
    sign === 'blood-pressure'
      ? { kind: 'pair', systolic: half(systolicCode), diastolic: half(diastolicCode) }
      : { kind: 'single', finding: own, other: quantity === undefined ? undefined : otherUnit(quantity) }
  return { kind: 'reading', id, date, status, value, hasUnknownModifier }
}

/** Systolic and diastolic sent as two Observations are one pressure only where they are of the same instant: else a pair would be made up. */
function joinHalves(readings: readonly VitalReading[], zone: Zone): VitalReading[] {
  const joined: VitalReading[] = []
  const loose = new Map<number, number[]>() // instant → where in `joined` its halves are
  for (const reading of readings) {
    const instant = reading.date?.precision === 'instant' && reading.value.kind === 'pair' ? reading.date.epochMs : undefined
    const places = instant === undefined ? [] : (loose.get(instant) ?? [])
    const index = places.find((place) => areHalves(joined[place], reading))
    const partner = index === undefined ? undefined : joined[index]
    if (index !== undefined && partner?.value.kind === 'pair' && reading.value.kind === 'pair') {
      const systolic = partner.value.systolic ?? reading.value.systolic
      const diastolic = partner.value.diastolic ?? reading.value.diastolic
      joined[index] = { ...partner, value: { kind: 'pair', systolic, diastolic } }
    } else {
      if (instant !== undefined) loose.set(instant, [...places, joined.length])
      joined.push(reading)
    }
  }
  return joined.sort((a, b) => newestFirst(a.date, b.date, zone))
}

function areHalves(a: VitalReading | undefined, b: VitalReading): boolean {
  if (a?.value.kind !== 'pair' || b.value.kind !== 'pair') return false
  if (a.status !== b.status || a.hasUnknownModifier || b.hasUnknownModifier) return false
  const [one, two] = [a.value, b.value]
  const isSystolicAlone = (pair: typeof one): boolean => pair.systolic !== undefined && pair.diastolic === undefined
  const isDiastolicAlone = (pair: typeof one): boolean => pair.systolic === undefined && pair.diastolic !== undefined
  return (isSystolicAlone(one) && isDiastolicAlone(two)) || (isDiastolicAlone(one) && isSystolicAlone(two))
}

function vitalOf(sign: VitalSign, readings: readonly VitalReading[], zone: Zone): Vital {
  const trendBy = (pick: (value: VitalValue) => Finding | undefined): Trends =>
    trendsOf(
      readings.flatMap(({ id, date, value, hasUnknownModifier, status }) => {
        const finding = pick(value)
        if (finding === undefined || hasUnknownModifier || status === 'cancelled') return []
        const recordedAs = quantityIn(finding.value)
        const converted = recordedAs === undefined ? undefined : toTrendUnit(recordedAs)
        const { flag }: Assessment = finding.assessment
        const convertedFrom = converted === undefined ? undefined : recordedAs
        return [{ id, date, quantity: converted ?? recordedAs, convertedFrom, flag, range: finding.range }]
      }),
      zone,
    )
  return {
    sign,
    latest: readings.find(hasValue),
    readings,
    trend: trendBy((value) => (value.kind === 'pair' ? value.systolic : value.finding)),
    second: sign === 'blood-pressure' ? trendBy((value) => (value.kind === 'pair' ? value.diastolic : undefined)) : undefined,
  }
}

function hasValue({ value, status }: VitalReading): boolean {
  const findings = value.kind === 'pair' ? [value.systolic, value.diastolic] : [value.finding]
  const isThere = findings.some((finding) => finding !== undefined && !['not-recorded', 'absent', 'malformed'].includes(finding.value.kind))
  return isThere && status !== 'cancelled'
}
