import type { AllergyIntolerance, AllergyIntoleranceReaction } from '@medplum/fhirtypes'
import type { Recorded } from './recorded.ts'
import { readActor } from './actor.ts'
import { system } from './code-systems.ts'
import type { Concept } from './coding.ts'
import { isCoded, readConcept, readConcepts, statusCode, textOf } from './coding.ts'
import type { PartialDate } from './partial-date.ts'
import { readDateTime } from './partial-date.ts'
import type { Malformed, Untrusted } from './untrusted.ts'
import { hasUnknownModifier, isAbsent, items, line, malformed, oneOf, resource } from './untrusted.ts'
import type { When } from './when.ts'
import { readWhen } from './when.ts'

type Severity = 'mild' | 'moderate' | 'severe'

/** One reaction. An empty list of manifestations: "reaction not recorded", said by the catalogue. */
type Reaction = {
  readonly manifestations: readonly Concept[]
  readonly description: string | undefined
  readonly severity: Severity | 'not-recorded'
  readonly date: PartialDate | undefined
}

export type AllergyRow = {
  readonly kind: 'allergy'
  readonly id: string | undefined
  /** What the patient must not be given: leftmost. */
  readonly agent: Concept
  readonly category: readonly ('food' | 'medication' | 'environment' | 'biologic')[]
  readonly type: 'allergy' | 'intolerance' | 'not-recorded'
  readonly criticality: 'high' | 'low' | 'unable-to-assess' | 'not-recorded'
  readonly reactions: readonly Reaction[]
  /** The worst severity of any reaction. */
  readonly severity: Severity | 'not-recorded'
  /** Without a clinical status it counts as active: the safe reading. */
  readonly clinicalStatus: 'active' | 'inactive' | 'resolved' | 'not-recorded'
  readonly verification: 'confirmed' | 'unconfirmed' | 'presumed' | 'refuted' | 'not-recorded'
  readonly onset: When
  readonly recordedDate: PartialDate | undefined
  readonly recorder: Recorded<string>
  /** An extension changes the meaning of this entry, and it is not one we know. */
  readonly hasUnknownModifier: boolean
}

/** What was asserted not to be there. */
type NoKnownScope = 'any' | 'medication' | 'food' | 'environment' | 'latex' | 'animal'

type NoKnownAllergy = {
  readonly scope: NoKnownScope
  readonly verification: AllergyRow['verification']
  readonly recordedDate: PartialDate | undefined
  readonly recorder: Recorded<string>
}

/** The one line of the banner. "No known allergies" is `asserted-none` alone; an empty list is `none-recorded`, which is something else. */
type AllergyState = 'listed' | 'asserted-none' | 'asserted-none-in-part' | 'not-known' | 'none-recorded' | 'unreadable'

export type Allergies = {
  readonly state: AllergyState
  /** Current ones, and what could not be read; the gravest first. */
  readonly active: readonly (AllergyRow | Malformed)[]
  /** Inactive, resolved and refuted ones, marked as that. Entered in error: nowhere. */
  readonly history: readonly AllergyRow[]
  readonly assertions: readonly NoKnownAllergy[]
  /** The record lists an allergy and also says that there is none: to be said, the list stands. */
  readonly contradictory: boolean
}

// SNOMED CT (US Core 7, allergy substance value set) and IPS absent-unknown.
const noKnown: readonly (readonly [NoKnownScope, string, ...string[]])[] = [
  ['any', system.snomed, '716186003'],
  ['medication', system.snomed, '409137002'],
  ['food', system.snomed, '429625007'],
  ['environment', system.snomed, '428607008'],
  ['latex', system.snomed, '716184000', '1003774007'],
  ['animal', system.snomed, '716220001'],
  ['any', system.absentUnknown, 'no-known-allergies'],
  ['medication', system.absentUnknown, 'no-known-medication-allergies'],
  ['food', system.absentUnknown, 'no-known-food-allergies'],
  ['environment', system.absentUnknown, 'no-known-environmental-allergies'],
]

/** Reads the AllergyIntolerance resources of one patient. Other types in the list are malformed rows. */
export function readAllergies(resources: readonly unknown[]): Allergies {
  const active: (AllergyRow | Malformed)[] = []
  const history: AllergyRow[] = []
  const assertions: NoKnownAllergy[] = []
  let saysUnknown = false
  for (const entry of resources) {
    const read = resource<AllergyIntolerance>(entry, 'AllergyIntolerance')
    const row = read === undefined ? undefined : readRow(read)
    if (row === 'entered-in-error') continue
    if (row === undefined) {
      active.push(malformed(entry))
      continue
    }
    const scope = noKnown.find(([, from, ...codes]) => isCoded(row.agent, from, ...codes))?.[0]
    const isCurrent = row.verification !== 'refuted' && (row.clinicalStatus === 'active' || row.clinicalStatus === 'not-recorded')
    if (scope !== undefined && !row.hasUnknownModifier) {
      const { verification, recordedDate, recorder } = row
      if (isCurrent) assertions.push({ scope, verification, recordedDate, recorder })
    } else if (row.agent.kind === 'not-known' || isCoded(row.agent, system.absentUnknown, 'no-allergy-info')) {
      saysUnknown ||= isCurrent
    } else if (isCurrent) active.push(row)
    else history.push(row)
  }
  active.sort(gravestFirst)
  history.sort(gravestFirst)
  return { state: stateOf(active, assertions, saysUnknown), active, history, assertions, contradictory: contradicts(active, assertions) }
}

function stateOf(active: Allergies['active'], assertions: readonly NoKnownAllergy[], saysUnknown: boolean): AllergyState {
  if (active.some(({ kind }) => kind === 'allergy')) return 'listed'
  if (active.length > 0) return 'unreadable'
  if (saysUnknown) return 'not-known'
  if (assertions.some(({ scope }) => scope === 'any')) return 'asserted-none'
  return assertions.length > 0 ? 'asserted-none-in-part' : 'none-recorded'
}

function contradicts(active: Allergies['active'], assertions: readonly NoKnownAllergy[]): boolean {
  return active.some(
    (row) =>
      row.kind === 'allergy' &&
      assertions.some(({ scope }) => scope === 'any' || row.category.some((category) => category === scope)),
  )
}

function readRow(read: Untrusted<AllergyIntolerance>): AllergyRow | 'entered-in-error' | undefined {
  const verification = statusCode(read.verificationStatus, system.allergyVerification, [
    'confirmed', 'unconfirmed', 'presumed', 'refuted', 'entered-in-error',
  ]) // prettier-ignore
  if (verification === 'entered-in-error') return 'entered-in-error'
  const reactions = items<AllergyIntoleranceReaction>(read.reaction)
  const coded = readConcept(read.code)
  const agent = coded.kind === 'not-recorded' ? readConcept(reactions.find(({ substance }) => !isAbsent(substance))?.substance) : coded
  if (agent.kind === 'malformed' || (!isAbsent(read.reaction) && !Array.isArray(read.reaction))) return undefined
  const readReactions = reactions.map(readReaction)
  return {
    kind: 'allergy',
    id: line(read.id),
    agent,
    category: categoriesOf(read.category),
    type: oneOf(read.type, ['allergy', 'intolerance']) ?? 'not-recorded',
    criticality: oneOf(read.criticality, ['high', 'low', 'unable-to-assess']) ?? 'not-recorded',
    reactions: readReactions,
    severity: (['severe', 'moderate', 'mild'] as const).find((grade) => readReactions.some(({ severity }) => severity === grade)) ?? 'not-recorded',
    clinicalStatus: statusCode(read.clinicalStatus, system.allergyClinical, ['active', 'inactive', 'resolved']) ?? 'not-recorded',
    verification: verification ?? 'not-recorded',
    onset: readWhen({
      dateTime: read.onsetDateTime,
      period: read.onsetPeriod,
      age: read.onsetAge,
      range: read.onsetRange,
      text: read.onsetString,
    }),
    recordedDate: readDateTime(read.recordedDate),
    recorder: readActor(read.recorder, read.contained),
    hasUnknownModifier: hasUnknownModifier(read) || reactions.some(hasUnknownModifier),
  }
}

function readReaction(reaction: Untrusted<AllergyIntoleranceReaction>): Reaction {
  return {
    manifestations: readConcepts(reaction.manifestation).filter(({ kind }) => kind !== 'not-recorded'),
    description: line(reaction.description),
    severity: oneOf(reaction.severity, ['mild', 'moderate', 'severe']) ?? 'not-recorded',
    date: readDateTime(reaction.onset),
  }
}

function categoriesOf(value: unknown): AllergyRow['category'] {
  return Array.isArray(value) ? value.flatMap((entry: unknown) => oneOf(entry, ['food', 'medication', 'environment', 'biologic']) ?? []) : []
}

// What nobody assessed stands above what was found low: unknown is not harmless.
const criticalities = ['high', 'unable-to-assess', 'not-recorded', 'low'] as const
const severities = ['severe', 'moderate', 'not-recorded', 'mild'] as const

function gravestFirst(a: AllergyRow | Malformed, b: AllergyRow | Malformed): number {
  if (a.kind === 'malformed' || b.kind === 'malformed') return Number(b.kind === 'malformed') - Number(a.kind === 'malformed')
  return (
    criticalities.indexOf(a.criticality) - criticalities.indexOf(b.criticality) ||
    severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
    (textOf(a.agent) ?? '').localeCompare(textOf(b.agent) ?? '')
  )
}
