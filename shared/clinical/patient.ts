import type { Extension, Identifier, Patient, PatientCommunication, PatientLink, Period } from '@medplum/fhirtypes'
import type { Age } from './age.ts'
import { ageOn } from './age.ts'
import { readActor } from './actor.ts'
import { system } from './code-systems.ts'
import type { Concept } from './coding.ts'
import { isCoded, readConcept, saysAbsent } from './coding.ts'
import type { PersonName } from './name.ts'
import { isCurrent, readName } from './name.ts'
import type { Person } from './observation.ts'
import type { PartialDate } from './partial-date.ts'
import { readDate, readDateTime } from './partial-date.ts'
import type { Recorded } from './recorded.ts'
import { notKnown, notRecorded, recorded, unreadable } from './recorded.ts'
import type { Restriction } from './restriction.ts'
import { readRestriction } from './restriction.ts'
import type { Malformed, Untrusted } from './untrusted.ts'
import { fields, hasUnknownModifier, isAbsent, items, line, malformed, oneOf, resource } from './untrusted.ts'
import type { Viewpoint } from './zone.ts'
import { wallTime } from './zone.ts'

/** Who this is, for the banner and for lists. */
export type PatientIdentity = {
  readonly kind: 'patient'
  readonly id: string | undefined
  readonly name: PersonName
  readonly birthDate: Recorded<PartialDate>
  /** Today, or at death. */
  readonly age: Recorded<Age>
  readonly deceased: Deceased
  /** Administrative sex. */
  readonly sex: Recorded<'male' | 'female' | 'other' | 'unknown'>
  /** Medical record numbers in use. More than one: each with who gave it, all shown. */
  readonly recordNumbers: readonly RecordNumber[]
  readonly restriction: Restriction
  readonly language: Concept
  readonly needsInterpreter: boolean | 'not-recorded'
  /** False where the record is marked as not in use. */
  readonly isActive: boolean
  /** The record that took the place of this one, after a merge. */
  readonly replacedBy: string | undefined
  readonly hasUnknownModifier: boolean
}

/** `at-unknown-time`: dead, and the date is not recorded. `not-recorded`: no word about it, as with most of the living. */
type Deceased =
  | { readonly kind: 'no' | 'not-recorded' | 'at-unknown-time' | 'malformed' }
  | { readonly kind: 'at'; readonly date: PartialDate }

type RecordNumber = { readonly value: string; readonly assigner: Recorded<string> }

/** Reads a Patient. */
export function readPatient(value: unknown, at: Viewpoint): PatientIdentity | Malformed {
  const read = resource<Patient>(value, 'Patient')
  if (read === undefined) return malformed(value)
  const birthDate = birthDateOf(read)
  const deceased = deceasedOf(read)
  const [language, needsInterpreter] = languageOf(read)
  return {
    kind: 'patient',
    id: line(read.id),
    name: readName(read.name, at),
    birthDate,
    age: ageOf(birthDate, deceased, at),
    deceased,
    sex: sexOf(read),
    recordNumbers: recordNumbersOf(read.identifier, at),
    restriction: readRestriction(read.meta),
    language,
    needsInterpreter,
    isActive: read.active !== false,
    replacedBy: items<PatientLink>(read.link)
      .filter(({ type }) => type === 'replaced-by')
      .map(({ other }) => line(fields<{ reference: string }>(other)?.reference))
      .find((reference) => reference !== undefined),
    hasUnknownModifier: hasUnknownModifier(read),
  }
}

/** What reference ranges may depend on. The sex only where administrative sex and, if recorded, birth sex agree: else the laboratory's own word counts alone. */
export function personOf(value: unknown): Person {
  const read = resource<Patient>(value, 'Patient')
  const administrative = oneOf(read?.gender, ['male', 'female'])
  const atBirth = items<Extension>(read?.extension).find(({ url }) => url === 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex')?.valueCode
  const agrees = isAbsent(atBirth) || atBirth === (administrative === 'male' ? 'M' : 'F')
  return { sex: agrees ? administrative : undefined, birthDate: readDate(read?.birthDate) }
}

function birthDateOf(read: Untrusted<Patient>): Recorded<PartialDate> {
  if (!isAbsent(read.birthDate)) {
    const date = readDate(read.birthDate)
    return date === undefined ? unreadable : recorded(date)
  }
  const sibling = fields<{ extension: unknown }>(fields<Record<string, unknown>>(read)?.['_birthDate'])
  return saysAbsent(sibling?.extension) ? notKnown : notRecorded
}

function deceasedOf({ deceasedBoolean, deceasedDateTime }: Untrusted<Patient>): Deceased {
  if (!isAbsent(deceasedDateTime)) {
    const date = readDateTime(deceasedDateTime)
    // A date of death that cannot be read is still a death.
    return date === undefined ? { kind: 'at-unknown-time' } : { kind: 'at', date }
  }
  if (isAbsent(deceasedBoolean)) return { kind: 'not-recorded' }
  if (typeof deceasedBoolean !== 'boolean') return { kind: 'malformed' }
  return { kind: deceasedBoolean ? 'at-unknown-time' : 'no' }
}

function ageOf(birthDate: Recorded<PartialDate>, deceased: Deceased, { now, zone }: Viewpoint): Recorded<Age> {
  if (birthDate.kind !== 'recorded') return birthDate
  if (deceased.kind === 'at-unknown-time' || deceased.kind === 'malformed') return notKnown
  const today = wallTime(now, zone)
  const on: PartialDate =
    deceased.kind === 'at' ? deceased.date : { precision: 'day', year: today.year, month: today.month, day: today.day }
  return recorded(ageOn(birthDate.value, on, zone))
}

function sexOf({ gender }: Untrusted<Patient>): PatientIdentity['sex'] {
  if (isAbsent(gender)) return notRecorded
  const sex = oneOf(gender, ['male', 'female', 'other', 'unknown'])
  return sex === undefined ? unreadable : recorded(sex)
}

function recordNumbersOf(identifiers: unknown, at: Viewpoint): readonly RecordNumber[] {
  return items<Identifier>(identifiers).flatMap((identifier) => {
    const value = line(identifier.value)
    const isRecordNumber = isCoded(readConcept(identifier.type), system.identifierType, 'MR')
    const isInUse = identifier.use !== 'old' && isCurrent(fields<Period>(identifier.period), at)
    return value !== undefined && isRecordNumber && isInUse ? [{ value, assigner: readActor(identifier.assigner) }] : []
  })
}

function languageOf(read: Untrusted<Patient>): readonly [Concept, boolean | 'not-recorded'] {
  const spoken = items<PatientCommunication>(read.communication)
  const chosen = spoken.find(({ preferred }) => preferred === true) ?? spoken[0]
  const interpreter = items<Extension>(read.extension).find(
    ({ url }) =>
      url === 'http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired' ||
      url === 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-interpreter-needed',
  )
  const coded = fields<{ code: string }>(interpreter?.valueCoding)?.code
  const needed = typeof interpreter?.valueBoolean === 'boolean' ? interpreter.valueBoolean : coded === '373066001' ? true : coded === '373067005' ? false : 'not-recorded'
  return [readConcept(chosen?.language), needed]
}
