import type { Coding, Encounter, EncounterLocation, EncounterParticipant } from '@medplum/fhirtypes'
import { readActor } from './actor.ts'
import type { Concept } from './coding.ts'
import { readConcept, readConcepts } from './coding.ts'
import { newestFirst } from './date-order.ts'
import type { Recorded } from './recorded.ts'
import { notRecorded } from './recorded.ts'
import type { Malformed } from './untrusted.ts'
import { fields, hasUnknownModifier, items, line, malformed, oneOf, resource } from './untrusted.ts'
import type { When } from './when.ts'
import { readPeriod, sortDate } from './when.ts'
import type { Zone } from './zone.ts'

export type EncounterRow = {
  readonly kind: 'encounter'
  readonly id: string | undefined
  readonly status: 'planned' | 'arrived' | 'triaged' | 'in-progress' | 'onleave' | 'finished' | 'cancelled' | 'unknown'
  /** HL7 ActEncounterCode, the ones US Core expects; others by name in `className`. */
  readonly class: 'AMB' | 'EMER' | 'IMP' | 'ACUTE' | 'NONAC' | 'OBSENC' | 'PRENC' | 'SS' | 'VR' | 'HH' | 'FLD' | 'other' | 'not-recorded'
  readonly className: Concept
  readonly types: readonly Concept[]
  readonly reasons: readonly Concept[]
  readonly period: When
  readonly practitioner: Recorded<string>
  readonly location: Recorded<string>
  readonly organization: Recorded<string>
  readonly hasUnknownModifier: boolean
}

/** Reads the Encounters of one patient, newest first; unreadable ones first of all. Entered in error: left out. */
export function readEncounters(resources: readonly unknown[], zone: Zone): readonly (EncounterRow | Malformed)[] {
  const rows = resources.flatMap((entry) => readRow(entry) ?? [])
  return rows.sort((a, b) =>
    a.kind === 'malformed' || b.kind === 'malformed'
      ? Number(b.kind === 'malformed') - Number(a.kind === 'malformed')
      : newestFirst(sortDate(a.period), sortDate(b.period), zone),
  )
}

const statuses = ['planned', 'arrived', 'triaged', 'in-progress', 'onleave', 'finished', 'cancelled'] as const
const classes = ['AMB', 'EMER', 'IMP', 'ACUTE', 'NONAC', 'OBSENC', 'PRENC', 'SS', 'VR', 'HH', 'FLD'] as const

function readRow(entry: unknown): EncounterRow | Malformed | undefined {
  const read = resource<Encounter>(entry, 'Encounter')
  if (read === undefined) return malformed(entry)
  if (read.status === 'entered-in-error') return undefined
  const code = fields<Coding>(read.class)
  const participants = items<EncounterParticipant>(read.participant).map(({ individual }) => readActor(individual, read.contained))
  const places = items<EncounterLocation>(read.location).map(({ location }) => readActor(location, read.contained))
  return {
    kind: 'encounter',
    id: line(read.id),
    status: oneOf(read.status, statuses) ?? 'unknown',
    class: oneOf(code?.code, classes) ?? (code?.code === undefined ? 'not-recorded' : 'other'),
    className: readConcept(code === undefined ? undefined : { coding: [code] }),
    types: readConcepts(read.type),
    reasons: readConcepts(read.reasonCode),
    period: readPeriod(read.period),
    practitioner: participants.find(({ kind }) => kind === 'recorded') ?? notRecorded,
    location: places.find(({ kind }) => kind === 'recorded') ?? notRecorded,
    organization: readActor(read.serviceProvider, read.contained),
    hasUnknownModifier: hasUnknownModifier(read),
  }
}
