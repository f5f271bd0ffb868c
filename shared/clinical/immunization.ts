import type { Immunization, ImmunizationPerformer, ImmunizationProtocolApplied } from '@medplum/fhirtypes'
import { readActor } from './actor.ts'
import type { Concept } from './coding.ts'
import { readConcept } from './coding.ts'
import { newestFirst } from './date-order.ts'
import type { Recorded } from './recorded.ts'
import { notRecorded } from './recorded.ts'
import type { Malformed } from './untrusted.ts'
import { hasUnknownModifier, items, line, malformed, oneOf, resource } from './untrusted.ts'
import type { When } from './when.ts'
import { readWhen, sortDate } from './when.ts'
import type { Zone } from './zone.ts'

export type ImmunizationRow = {
  readonly kind: 'immunization'
  readonly id: string | undefined
  readonly vaccine: Concept
  /** `not-done`: it was NOT given; the reason says why. */
  readonly status: 'completed' | 'not-done' | 'unknown'
  readonly reasonNotDone: Concept
  readonly occurrence: When
  /** True: from who gave it. False: told by somebody. */
  readonly primarySource: boolean | 'not-recorded'
  readonly doseNumber: string | undefined
  readonly lotNumber: string | undefined
  readonly site: Concept
  readonly performer: Recorded<string>
  /** Given, but not counted as effective. */
  readonly isSubpotent: boolean
  readonly hasUnknownModifier: boolean
}

/** Reads the Immunizations of one patient, newest first; unreadable ones first of all. Entered in error: left out. */
export function readImmunizations(resources: readonly unknown[], zone: Zone): readonly (ImmunizationRow | Malformed)[] {
  const rows = resources.flatMap((entry) => readRow(entry) ?? [])
  return rows.sort((a, b) =>
    a.kind === 'malformed' || b.kind === 'malformed'
      ? Number(b.kind === 'malformed') - Number(a.kind === 'malformed')
      : newestFirst(sortDate(a.occurrence), sortDate(b.occurrence), zone),
  )
}

function readRow(entry: unknown): ImmunizationRow | Malformed | undefined {
  const read = resource<Immunization>(entry, 'Immunization')
  if (read === undefined) return malformed(entry)
  if (read.status === 'entered-in-error') return undefined
  const vaccine = readConcept(read.vaccineCode)
  if (vaccine.kind === 'malformed') return malformed(entry)
  const [protocol] = items<ImmunizationProtocolApplied>(read.protocolApplied)
  const number = protocol?.doseNumberPositiveInt
  const performers = items<ImmunizationPerformer>(read.performer).map(({ actor }) => readActor(actor, read.contained))
  return {
    kind: 'immunization',
    id: line(read.id),
    vaccine,
    status: oneOf(read.status, ['completed', 'not-done']) ?? 'unknown',
    reasonNotDone: readConcept(read.statusReason),
    occurrence: readWhen({ dateTime: read.occurrenceDateTime, text: read.occurrenceString }),
    primarySource: typeof read.primarySource === 'boolean' ? read.primarySource : 'not-recorded',
    doseNumber: typeof number === 'number' ? String(number) : line(protocol?.doseNumberString),
    lotNumber: line(read.lotNumber),
    site: readConcept(read.site),
    performer: performers.find(({ kind }) => kind === 'recorded') ?? notRecorded,
    isSubpotent: read.isSubpotent === true,
    hasUnknownModifier: hasUnknownModifier(read),
  }
}
