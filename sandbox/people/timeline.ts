import type { Day } from './calendar.ts'
import { workingDay } from './calendar.ts'
import type { EncounterKey } from './codes/encounters.ts'
import type { PanelKey } from './codes/laboratory.ts'
import type { Course, PlannedVisit } from './course.ts'
import { ageOn, type Person } from './person.ts'
import type { Rng } from './random.ts'
import { type Colleague, colleagues } from './staff.ts'

/** An encounter as it took place. */
export interface Visit extends Omit<PlannedVisit, 'panels' | 'procedures'> {
  /** Minutes after midnight. */
  readonly minute: number
  readonly panels: readonly PanelKey[]
  readonly procedures: NonNullable<PlannedVisit['procedures']>
  readonly nights: number
  /** Which questionnaires are handed out. */
  readonly asks: 'nothing' | 'mood' | 'mood and worry'
  readonly clinician: Colleague
}

const rank: Record<EncounterKey, number> = {
  inpatient: 0,
  emergency: 1,
  consultation: 2,
  prenatal: 3,
  postnatal: 3,
  acute: 4,
  wellChild: 5,
  followUp: 6,
  checkUp: 7,
  video: 8,
}

/** Who looks after a person in the first place. A child's physician is the pediatrician. */
export function primaryPhysician(person: Person): Colleague {
  if (ageOn(person, person.until) < 18) return colleagues.pediatrics
  if (person.profile.isRestricted === true) return colleagues.internal
  if (person.diseases.has('pregnancy')) return colleagues.family
  return person.index % 2 === 0 ? colleagues.internal : colleagues.family
}

function clinicianFor(person: Person, visit: PlannedVisit): Colleague {
  if (visit.isAttendedBy === 'cardiology') return colleagues.cardiology
  if (visit.type === 'emergency' || visit.type === 'inpatient') return ageOn(person, visit.day) < 18 ? colleagues.pediatrics : colleagues.internal
  return primaryPhysician(person)
}

/** The visits that being followed for something brings: as often as the most demanding disease asks. */
function routineVisits(person: Person, courses: readonly Course[], taken: readonly Day[], rng: Rng): PlannedVisit[] {
  const routines = courses.flatMap((course) => course.routines ?? [])
  const visits: PlannedVisit[] = []
  let day = person.from + rng.int(2, 40)
  while (day < person.until) {
    const now = day
    const active = routines.filter(({ from, until }) => from <= now && (until ?? Number.POSITIVE_INFINITY) > now)
    const everyDays = person.profile.record?.daysBetween ?? Math.min(...active.map((routine) => routine.everyDays))
    const apart = Math.min(14, everyDays / 4)
    const on = workingDay(day)
    if (active.length > 0 && on < person.until && !taken.some((other) => Math.abs(other - on) < apart)) {
      visits.push({ day: on, type: rng.chance(0.1) ? 'video' : 'followUp' })
    }
    day += active.length === 0 ? 60 : Math.max(5, Math.round(everyDays * (0.85 + rng.unit() * 0.3)))
  }
  return visits
}

/** One encounter a day: the gravest gives its kind, and takes over what the others were for. */
function merged([first, ...others]: readonly PlannedVisit[]): PlannedVisit | undefined {
  return others.reduce<PlannedVisit | undefined>(
    (all, each) =>
      all && {
        ...each,
        ...all,
        panels: [...new Set([...(all.panels ?? []), ...(each.panels ?? [])])],
        procedures: [...new Set([...(all.procedures ?? []), ...(each.procedures ?? [])])],
      },
    first,
  )
}

function minuteFor({ day, type }: PlannedVisit, until: Day, rng: Rng): number {
  // The last day of the record is yesterday: nothing on it is later than the morning, in any time zone.
  if (day === until) return 420 + rng.int(0, 8) * 15
  return type === 'emergency' || type === 'inpatient' ? 30 + rng.int(0, 230) * 5 : 480 + rng.int(0, 32) * 15
}

/** Adults are screened for depression at the yearly examination (USPSTF), when somebody thinks of it. */
function isScreened(person: Person, { type }: PlannedVisit, day: Day): boolean {
  return type === 'checkUp' && ageOn(person, day) >= 18 && person.rng.fork(`screening/${day}`).chance(0.5)
}

/** All encounters of a life, in order, with the laboratory work that is due at each. */
export function timelineOf(person: Person, courses: readonly Course[]): readonly Visit[] {
  const rng = person.rng.fork('timeline')
  const planned = courses.flatMap((course) => course.visits ?? [])
  const all = [...planned, ...routineVisits(person, courses, planned.map(({ day }) => day), rng)]
  const byDay = [...Map.groupBy(all, ({ day }) => day)].sort(([a], [b]) => a - b)

  const monitoring = courses.flatMap((course) => course.monitoring ?? [])
  const lastDone = new Map<PanelKey, Day>()
  const scoresFrom = courses.flatMap((course) => course.scoresFrom ?? [])
  const visits: Visit[] = []
  let leaves = Number.NEGATIVE_INFINITY
  for (const [day, together] of byDay) {
    const visit = merged(together.toSorted((a, b) => rank[a.type] - rank[b.type]))
    // Who is in hospital is not at the clinic.
    if (visit === undefined || day <= leaves) continue
    const nights = visit.type === 'inpatient' ? (visit.nights ?? 0) : 0
    leaves = visit.type === 'inpatient' ? day + nights : leaves
    const due = monitoring.filter(
      ({ panel, everyDays, from, until }) =>
        from <= day && (until ?? Number.POSITIVE_INFINITY) >= day && day - (lastDone.get(panel) ?? Number.NEGATIVE_INFINITY) >= everyDays * 0.9,
    )
    // A video visit draws no blood.
    const panels = visit.type === 'video' ? [] : [...new Set([...(visit.panels ?? []), ...due.map(({ panel }) => panel)])]
    for (const panel of panels) lastDone.set(panel, day)
    visits.push({
      ...visit,
      nights,
      minute: minuteFor(visit, person.until, rng),
      panels,
      procedures: visit.procedures ?? [],
      asks: scoresFrom.some((from) => from <= day) ? 'mood and worry' : isScreened(person, visit, day) ? 'mood' : 'nothing',
      clinician: clinicianFor(person, visit),
    })
  }
  return visits
}
