import type { CareTeam, CareTeamParticipant, Encounter, EncounterParticipant, Patient, Period, Reference } from '@medplum/fhirtypes'
import { isCurrent } from '../../../shared/clinical/name.ts'
import { possibleDays, readDateTime } from '../../../shared/clinical/partial-date.ts'
import { dayNumber } from '../../../shared/clinical/civil.ts'
import { fields, items, resource, type Untrusted } from '../../../shared/clinical/untrusted.ts'
import { type Viewpoint, wallTime } from '../../../shared/clinical/zone.ts'

/** What was read of a chart; undefined where it could not be, or not in full. */
export interface ReadOfChart {
  readonly patient: unknown
  readonly careTeams: readonly unknown[] | undefined
  readonly encounters: readonly unknown[] | undefined
}

/** After this an encounter is over and done with: the usual time of follow-up after surgery. Days. */
const recentDays = 90

const over: ReadonlySet<unknown> = new Set(['cancelled', 'entered-in-error'])
const notActive: ReadonlySet<unknown> = new Set(['inactive', 'entered-in-error'])

/**
 * Whether the record knows a relation of this member of the staff to the patient: in the care team, the patient's own
 * practitioner, or part of an encounter that goes on, is planned, or ended within 90 days. `unknown` where something
 * that would tell could not be read, and where a team names roles instead of people: whose they are is not read here.
 *
 * @param user FHIR reference, e.g. `Practitioner/123`, or the same under `fhirBase`
 */
export function relationTo(read: ReadOfChart, user: string | undefined, fhirBase: string, at: Viewpoint): 'related' | 'not-related' | 'unknown' {
  const me = user === undefined ? undefined : relative(user, fhirBase)
  if (me === undefined || !me.startsWith('Practitioner/')) return 'unknown'
  const isMe = (reference: unknown) => referenceOf(reference, fhirBase) === me
  const own = fields<Patient>(read.patient)?.generalPractitioner
  const teams = (read.careTeams ?? []).flatMap((team) => membersOf(team, at))
  const met = (read.encounters ?? []).flatMap((encounter) => whoMet(encounter, at))
  if ([...items<Reference>(own), ...teams, ...met].some(isMe)) return 'related'
  const isUnread = read.careTeams === undefined || read.encounters === undefined
  return isUnread || teams.some((member) => referenceOf(member, fhirBase)?.startsWith('PractitionerRole/') === true) ? 'unknown' : 'not-related'
}

/** References of those who are in the team today. */
function membersOf(value: unknown, at: Viewpoint): readonly unknown[] {
  const team = resource<CareTeam>(value, 'CareTeam')
  if (team === undefined || notActive.has(team.status) || !isCurrent(fields<Period>(team.period), at)) return []
  return items<CareTeamParticipant>(team.participant)
    .filter(({ period }) => isCurrent(fields<Period>(period), at))
    .map(({ member }) => member)
}

function whoMet(value: unknown, at: Viewpoint): readonly unknown[] {
  const encounter = resource<Encounter>(value, 'Encounter')
  if (encounter === undefined || over.has(encounter.status) || !isRecent(fields<Period>(encounter.period), at)) return []
  return items<EncounterParticipant>(encounter.participant).map(({ individual }) => individual)
}

/** One without an end goes on; one that is to come counts, or nobody could prepare for it. */
function isRecent(period: Untrusted<Period> | undefined, { now, zone }: Viewpoint): boolean {
  const end = readDateTime(period?.end)
  return end === undefined || dayNumber(possibleDays(end, zone).last) >= dayNumber(wallTime(now, zone)) - recentDays
}

function referenceOf(value: unknown, fhirBase: string): string | undefined {
  const reference = fields<Reference>(value)?.reference
  return typeof reference === 'string' ? relative(reference, fhirBase) : undefined
}

/** `Type/id`, without the version; undefined for what is of another server, or contained. */
function relative(reference: string, fhirBase: string): string | undefined {
  const local = reference.startsWith(`${fhirBase}/`) ? reference.slice(fhirBase.length + 1) : reference
  return /^([A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/.exec(local)?.[1]
}
