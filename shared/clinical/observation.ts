import type { Observation, ObservationComponent, Reference } from '@medplum/fhirtypes'
import { readFirstActor } from './actor.ts'
import type { Assessment } from './assessment.ts'
import { assess, notAssessed } from './assessment.ts'
import type { Concept } from './coding.ts'
import { readConcept } from './coding.ts'
import type { Interpretation } from './interpretation.ts'
import { readInterpretation } from './interpretation.ts'
import type { PartialDate } from './partial-date.ts'
import { readDateTime } from './partial-date.ts'
import type { Recorded } from './recorded.ts'
import type { ReferenceRange } from './reference-range.ts'
import { chooseRange } from './reference-range.ts'
import type { ResultValue } from './result-value.ts'
import { quantityIn, readResultValue } from './result-value.ts'
import type { Malformed, Untrusted } from './untrusted.ts'
import { fields, hasUnknownModifier, isAbsent, items, line, malformed, oneOf, resource } from './untrusted.ts'
import { readWhen, sortDate } from './when.ts'
import type { Zone } from './zone.ts'

/** Of whom the observations are: what a reference range may depend on. `sex` only where record and birth agree; else undefined. */
export type Person = { readonly sex: 'male' | 'female' | undefined; readonly birthDate: PartialDate | undefined }

/** One measured or found thing, with what is expected of it. */
export type Finding = {
  readonly name: Concept
  readonly value: ResultValue
  readonly range: ReferenceRange
  readonly interpretation: Interpretation
  readonly assessment: Assessment
}

export type ObservationRow = Finding & {
  readonly kind: 'observation'
  readonly id: string | undefined
  /** As sent by the laboratory: everything but `final` is to be said. */
  readonly status: 'registered' | 'preliminary' | 'final' | 'amended' | 'corrected' | 'cancelled' | 'unknown'
  /** When it was true of the patient: the specimen's time, not the report's. */
  readonly date: PartialDate | undefined
  readonly issued: PartialDate | undefined
  readonly components: readonly Finding[]
  readonly performer: Recorded<string>
  readonly specimen: string | undefined
  readonly notes: readonly string[]
  /** Of somebody or something else than the patient (a fetus, a donor, a device): never drawn with the patient's own. */
  readonly hasOtherFocus: boolean
  readonly hasUnknownModifier: boolean
  readonly members: readonly string[]
  readonly categories: readonly Concept[]
}

/** Taken back by who recorded it: named, without its value, so that who saw it before knows. */
export type Withdrawn = { readonly kind: 'withdrawn'; readonly id: string | undefined; readonly name: Concept; readonly date: PartialDate | undefined }

export type ReadObservation = ObservationRow | Withdrawn | Malformed

const statuses = ['registered', 'preliminary', 'final', 'amended', 'corrected', 'cancelled', 'unknown'] as const

/** Reads one Observation, its ranges chosen for the person at the time. */
export function readObservation(value: unknown, person: Person, zone: Zone): ReadObservation {
  const read = resource<Observation>(value, 'Observation')
  if (read === undefined) return malformed(value)
  const name = readConcept(read.code)
  if (name.kind === 'malformed' || (!isAbsent(read.component) && !Array.isArray(read.component))) return malformed(value)
  const date = dateOf(read)
  if (read.status === 'entered-in-error') return { kind: 'withdrawn', id: line(read.id), name, date }
  const findings = items<ObservationComponent>(read.component)
  return {
    kind: 'observation',
    id: line(read.id),
    status: oneOf(read.status, statuses) ?? 'unknown',
    date,
    issued: readDateTime(read.issued),
    ...finding(read, name, person, date, zone),
    components: findings.map((component) => finding(component, readConcept(component.code), person, date, zone, hasUnknownModifier(read))),
    performer: readFirstActor(read.performer, read.contained),
    specimen: line(fields<Reference>(read.specimen)?.display),
    notes: items<{ text: string }>(read.note).flatMap(({ text }) => line(text) ?? []),
    hasOtherFocus: Array.isArray(read.focus) ? read.focus.length > 0 : !isAbsent(read.focus),
    hasUnknownModifier: hasUnknownModifier(read) || findings.some(hasUnknownModifier),
    members: items<{ reference: string }>(read.hasMember).flatMap(({ reference }) => line(reference) ?? []),
    categories: Array.isArray(read.category) ? read.category.map((entry: unknown) => readConcept(entry)) : [],
  }
}

function dateOf(read: Untrusted<Observation>): PartialDate | undefined {
  return sortDate(readWhen({ dateTime: read.effectiveDateTime ?? read.effectiveInstant, period: read.effectivePeriod }))
}

function finding(
  element: Untrusted<ObservationComponent>,
  name: Concept,
  person: Person,
  at: PartialDate | undefined,
  zone: Zone,
  isModifiedAbove = false,
): Finding {
  const value = readResultValue(element)
  const range = chooseRange(element.referenceRange, { ...person, at, zone })
  const interpretation = readInterpretation(element.interpretation)
  const isModified = isModifiedAbove || hasUnknownModifier(element)
  return { name, value, range, interpretation, assessment: isModified ? notAssessed('unknown-modifier') : judge(value, range, interpretation) }
}

/** What has no value cannot be normal, whatever the interpretation says. */
function judge(value: ResultValue, range: ReferenceRange, interpretation: Interpretation): Assessment {
  if (value.kind === 'malformed' || value.kind === 'not-recorded' || value.kind === 'absent') {
    const said = assess(undefined, range, interpretation)
    return said.flag === 'normal' ? notAssessed('not-a-number') : said
  }
  return assess(quantityIn(value), range, interpretation)
}
