import type { Condition } from '@medplum/fhirtypes'
import { readActor } from './actor.ts'
import { system } from './code-systems.ts'
import type { Concept } from './coding.ts'
import { isCoded, readConcept, readConcepts, statusCode, textOf } from './coding.ts'
import { newestFirst } from './date-order.ts'
import type { PartialDate } from './partial-date.ts'
import { readDateTime } from './partial-date.ts'
import type { Recorded } from './recorded.ts'
import type { Malformed, Untrusted } from './untrusted.ts'
import { hasUnknownModifier, line, malformed, resource } from './untrusted.ts'
import type { When } from './when.ts'
import { readWhen, sortDate } from './when.ts'
import type { Zone } from './zone.ts'

export type ProblemRow = {
  readonly kind: 'problem'
  readonly id: string | undefined
  readonly name: Concept
  readonly clinicalStatus: 'active' | 'recurrence' | 'relapse' | 'inactive' | 'remission' | 'resolved' | 'not-recorded'
  readonly verification: 'unconfirmed' | 'provisional' | 'differential' | 'confirmed' | 'refuted' | 'not-recorded'
  readonly category: 'problem-list-item' | 'encounter-diagnosis' | 'health-concern' | 'not-recorded'
  readonly severity: Concept
  readonly bodySites: readonly Concept[]
  readonly onset: When
  readonly abatement: When
  readonly recordedDate: PartialDate | undefined
  readonly recorder: Recorded<string>
  readonly hasUnknownModifier: boolean
}

export type Problems = {
  /** Current: active, recurring, relapsed, and those without a status. Unreadable entries stand first. */
  readonly active: readonly (ProblemRow | Malformed)[]
  readonly past: readonly ProblemRow[]
  /** Looked for and ruled out: never among the problems. */
  readonly refuted: readonly ProblemRow[]
}

/** Reads the Condition resources of one patient. What was entered in error is in none of the lists. */
export function readProblems(resources: readonly unknown[], zone: Zone): Problems {
  const active: (ProblemRow | Malformed)[] = []
  const past: ProblemRow[] = []
  const refuted: ProblemRow[] = []
  for (const entry of resources) {
    const read = resource<Condition>(entry, 'Condition')
    const row = read === undefined ? undefined : readRow(read)
    if (row === 'entered-in-error') continue
    if (row === undefined) active.push(malformed(entry))
    else if (row.verification === 'refuted') refuted.push(row)
    else if (isOver(row)) past.push(row)
    else active.push(row)
  }
  const order = (a: ProblemRow | Malformed, b: ProblemRow | Malformed): number => inOrder(a, b, zone)
  return { active: active.sort(order), past: past.sort(order), refuted: refuted.sort(order) }
}

/** A status says so; without one, an end that was recorded does. */
function isOver({ clinicalStatus, abatement }: ProblemRow): boolean {
  if (clinicalStatus === 'not-recorded') return abatement.kind !== 'not-recorded' && abatement.kind !== 'malformed'
  return clinicalStatus === 'inactive' || clinicalStatus === 'remission' || clinicalStatus === 'resolved'
}

function readRow(read: Untrusted<Condition>): ProblemRow | 'entered-in-error' | undefined {
  const verification = statusCode(read.verificationStatus, system.conditionVerification, [
    'unconfirmed', 'provisional', 'differential', 'confirmed', 'refuted', 'entered-in-error',
  ]) // prettier-ignore
  if (verification === 'entered-in-error') return 'entered-in-error'
  const name = readConcept(read.code)
  if (name.kind === 'malformed') return undefined
  return {
    kind: 'problem',
    id: line(read.id),
    name,
    clinicalStatus:
      statusCode(read.clinicalStatus, system.conditionClinical, [
        'active', 'recurrence', 'relapse', 'inactive', 'remission', 'resolved',
      ]) ?? 'not-recorded', // prettier-ignore
    verification: verification ?? 'not-recorded',
    category: categoryOf(readConcepts(read.category)),
    severity: readConcept(read.severity),
    bodySites: readConcepts(read.bodySite),
    onset: readWhen({
      dateTime: read.onsetDateTime, period: read.onsetPeriod, age: read.onsetAge, range: read.onsetRange, text: read.onsetString,
    }), // prettier-ignore
    abatement: readWhen({
      dateTime: read.abatementDateTime,
      period: read.abatementPeriod,
      age: read.abatementAge,
      range: read.abatementRange,
      text: read.abatementString,
    }),
    recordedDate: readDateTime(read.recordedDate),
    recorder: readActor(read.recorder, read.contained),
    hasUnknownModifier: hasUnknownModifier(read),
  }
}

function categoryOf(categories: readonly Concept[]): ProblemRow['category'] {
  const is = (from: string, code: string): boolean => categories.some((category) => isCoded(category, from, code))
  if (is(system.conditionCategory, 'problem-list-item')) return 'problem-list-item'
  if (is(system.usCoreConditionCategory, 'health-concern')) return 'health-concern'
  return is(system.conditionCategory, 'encounter-diagnosis') ? 'encounter-diagnosis' : 'not-recorded'
}

function inOrder(a: ProblemRow | Malformed, b: ProblemRow | Malformed, zone: Zone): number {
  if (a.kind === 'malformed' || b.kind === 'malformed') return Number(b.kind === 'malformed') - Number(a.kind === 'malformed')
  const dates = newestFirst(sortDate(a.onset) ?? a.recordedDate, sortDate(b.onset) ?? b.recordedDate, zone)
  return dates === 0 ? (textOf(a.name) ?? '').localeCompare(textOf(b.name) ?? '') : dates
}
