import type { Procedure, ProcedurePerformer } from '@medplum/fhirtypes'
import { readActor } from './actor.ts'
import type { Concept } from './coding.ts'
import { readConcept, readConcepts } from './coding.ts'
import { newestFirst } from './date-order.ts'
import type { Recorded } from './recorded.ts'
import { notRecorded } from './recorded.ts'
import type { Malformed } from './untrusted.ts'
import { hasUnknownModifier, items, line, malformed, oneOf, resource } from './untrusted.ts'
import type { When } from './when.ts'
import { readWhen, sortDate } from './when.ts'
import type { Zone } from './zone.ts'

export type ProcedureRow = {
  readonly kind: 'procedure'
  readonly id: string | undefined
  readonly name: Concept
  /** `not-done`: it was NOT performed; `statusReason` says why. */
  readonly status: 'preparation' | 'in-progress' | 'not-done' | 'on-hold' | 'stopped' | 'completed' | 'unknown'
  readonly statusReason: Concept
  readonly performed: When
  readonly bodySites: readonly Concept[]
  readonly reasons: readonly Concept[]
  readonly outcome: Concept
  readonly performer: Recorded<string>
  readonly location: Recorded<string>
  readonly hasUnknownModifier: boolean
}

const statuses = ['preparation', 'in-progress', 'not-done', 'on-hold', 'stopped', 'completed'] as const

/** Reads the Procedures of one patient, newest first; unreadable ones first of all. Entered in error: left out. */
export function readProcedures(resources: readonly unknown[], zone: Zone): readonly (ProcedureRow | Malformed)[] {
  const rows = resources.flatMap((entry) => readRow(entry) ?? [])
  return rows.sort((a, b) =>
    a.kind === 'malformed' || b.kind === 'malformed'
      ? Number(b.kind === 'malformed') - Number(a.kind === 'malformed')
      : newestFirst(sortDate(a.performed), sortDate(b.performed), zone),
  )
}

function readRow(entry: unknown): ProcedureRow | Malformed | undefined {
  const read = resource<Procedure>(entry, 'Procedure')
  if (read === undefined) return malformed(entry)
  if (read.status === 'entered-in-error') return undefined
  const name = readConcept(read.code)
  if (name.kind === 'malformed') return malformed(entry)
  const performers = items<ProcedurePerformer>(read.performer).map(({ actor }) => readActor(actor, read.contained))
  return {
    kind: 'procedure',
    id: line(read.id),
    name,
    status: oneOf(read.status, statuses) ?? 'unknown',
    statusReason: readConcept(read.statusReason),
    performed: readWhen({
      dateTime: read.performedDateTime,
      period: read.performedPeriod,
      age: read.performedAge,
      range: read.performedRange,
      text: read.performedString,
    }),
    bodySites: readConcepts(read.bodySite),
    reasons: readConcepts(read.reasonCode),
    outcome: readConcept(read.outcome),
    performer: performers.find(({ kind }) => kind === 'recorded') ?? notRecorded,
    location: readActor(read.location, read.contained),
    hasUnknownModifier: hasUnknownModifier(read),
  }
}
