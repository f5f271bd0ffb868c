import type { CareTeam, CareTeamParticipant, Period, Reference } from '@medplum/fhirtypes'
import { readActor } from './actor.ts'
import type { Concept } from './coding.ts'
import { readConcepts } from './coding.ts'
import { isCurrent } from './name.ts'
import type { Recorded } from './recorded.ts'
import type { Malformed } from './untrusted.ts'
import { fields, hasUnknownModifier, items, line, malformed, oneOf, resource } from './untrusted.ts'
import type { When } from './when.ts'
import { readPeriod } from './when.ts'
import type { Viewpoint } from './zone.ts'

type CareTeamMember = {
  readonly name: Recorded<string>
  readonly roles: readonly Concept[]
  readonly kind: 'Practitioner' | 'PractitionerRole' | 'RelatedPerson' | 'Patient' | 'Organization' | 'CareTeam' | 'not-recorded'
  readonly period: When
  /** False when the period of this person, or of the team, is over or not begun. */
  readonly isCurrent: boolean
}

export type CareTeamRow = {
  readonly kind: 'care-team'
  readonly id: string | undefined
  readonly name: Recorded<string>
  readonly status: 'proposed' | 'active' | 'suspended' | 'inactive' | 'not-recorded'
  readonly members: readonly CareTeamMember[]
  readonly hasUnknownModifier: boolean
}

const kinds = ['Practitioner', 'PractitionerRole', 'RelatedPerson', 'Patient', 'Organization', 'CareTeam'] as const

/** Reads the CareTeams of one patient, active ones first; within a team those in it today first, else as recorded. Entered in error: left out. */
export function readCareTeams(resources: readonly unknown[], at: Viewpoint): readonly (CareTeamRow | Malformed)[] {
  const rank = (row: CareTeamRow | Malformed): number => (row.kind === 'malformed' ? 0 : row.status === 'active' ? 1 : 2)
  return resources.flatMap((entry) => readRow(entry, at) ?? []).sort((a, b) => rank(a) - rank(b))
}

function readRow(entry: unknown, at: Viewpoint): CareTeamRow | Malformed | undefined {
  const read = resource<CareTeam>(entry, 'CareTeam')
  if (read === undefined) return malformed(entry)
  if (read.status === 'entered-in-error') return undefined
  const status = oneOf(read.status, ['proposed', 'active', 'suspended', 'inactive']) ?? 'not-recorded'
  const teamIsCurrent = status !== 'inactive' && isCurrent(fields<Period>(read.period), at)
  const members = items<CareTeamParticipant>(read.participant).map((participant): CareTeamMember => {
    const reference = fields<Reference>(participant.member)
    const target = typeof reference?.reference === 'string' ? /(?:^|\/)([A-Za-z]+)\/[^/]+$/.exec(reference.reference)?.[1] : undefined
    return {
      name: readActor(participant.member, read.contained),
      roles: readConcepts(participant.role),
      kind: oneOf(reference?.type, kinds) ?? oneOf(target, kinds) ?? 'not-recorded',
      period: readPeriod(participant.period),
      isCurrent: teamIsCurrent && isCurrent(fields<Period>(participant.period), at),
    }
  })
  const name = line(read.name)
  return {
    kind: 'care-team',
    id: line(read.id),
    name: name === undefined ? { kind: 'not-recorded' } : { kind: 'recorded', value: name },
    status,
    members: members.sort((a, b) => Number(b.isCurrent) - Number(a.isCurrent)),
    hasUnknownModifier: hasUnknownModifier(read),
  }
}
