import { type Day, workingDay } from './calendar.ts'
import { drugName } from './codes/drugs.ts'
import type { PanelKey } from './codes/laboratory.ts'
import type { ProblemKey } from './codes/problems.ts'
import type { History } from './history.ts'
import { isActive, isTaken } from './history.ts'
import { isWritten } from './person.ts'
import type { Colleague } from './staff.ts'
import { primaryPhysician } from './timeline.ts'

/** An appointment, kept or not. */
export interface Booking {
  readonly day: Day
  readonly minute: number
  readonly status: 'booked' | 'fulfilled' | 'cancelled' | 'noshow'
  readonly reason?: ProblemKey
  readonly isVideo: boolean
  readonly with: Colleague
}

/** Something that somebody of the staff is to do. */
export interface Errand {
  readonly day: Day
  readonly status: 'requested' | 'in-progress' | 'completed'
  readonly kind: 'renewal' | 'call' | 'screening'
  readonly words: string
  readonly isUrgent: boolean
  /** The place among the prescriptions that it is about. */
  readonly prescription?: number
}

/** Laboratory work that is ordered and not done. */
export interface Due {
  readonly panel: PanelKey
  readonly ordered: Day
}

const kept = 2

/** What is booked ahead, the last visits that were booked, and now and then one that came to nothing. */
export function bookingsOf({ person, episodes, problems, pregnancy }: History): readonly Booking[] {
  const rng = person.rng.fork('bookings')
  const planned = episodes.map(({ visit }) => visit).filter(({ type }) => type !== 'emergency' && type !== 'inpatient' && type !== 'acute')
  const past = planned.slice(-kept).map((visit): Booking => ({
    day: visit.day, minute: visit.minute, status: 'fulfilled', isVideo: visit.type === 'video', with: visit.clinician,
    ...(visit.reason !== undefined && { reason: visit.reason }),
  }))
  const seenOn = new Set(episodes.flatMap(({ visit }) => Array.from({ length: visit.nights + 1 }, (_, night) => visit.day + night)))
  const missed = workingDay(rng.int(person.from, person.until))
  const isMissed = isWritten(person, rng, 0.2) && !seenOn.has(missed) && missed <= person.until
  const lost: Booking[] = isMissed ? [{ day: missed, minute: 480 + rng.int(0, 32) * 15, status: rng.pick(['cancelled', 'noshow']), isVideo: false, with: primaryPhysician(person) }] : []
  if (person.died !== undefined) return [...lost, ...past]
  const isPregnant = pregnancy !== undefined && pregnancy.until === undefined
  const chronic = problems.filter((problem) => problem.list === 'problem-list-item' && isActive(problem, person.until))
  const isFollowed = isPregnant || chronic.length > 0
  const ahead = isWritten(person, rng, isPregnant ? 1 : isFollowed ? 0.75 : 0.2)
  const next = workingDay(person.until + 1 + (isPregnant ? rng.int(3, 14) : rng.int(2, 120)))
  const [first] = chronic
  const coming: Booking[] = ahead
    ? [{ day: next, minute: 480 + rng.int(0, 32) * 15, status: 'booked', isVideo: !isPregnant && rng.chance(0.12), with: primaryPhysician(person), ...(first !== undefined && { reason: first.problem }) }]
    : []
  return [...lost, ...past, ...coming]
}

/** The tasks that stand in somebody's list: renewals asked for, critical results to be telephoned, screening to be arranged. */
export function errandsOf({ person, episodes, prescriptions }: History): readonly Errand[] {
  const rng = person.rng.fork('errands')
  const errands: Errand[] = []
  const critical = episodes.flatMap(({ draws }) => draws).findLast(({ results }) => results.some((result) => result.kind === 'number' && result.interpretation?.length === 2))
  if (critical !== undefined) {
    const isFresh = critical.day >= person.until - 2
    errands.push({ day: critical.day, status: isFresh ? 'in-progress' : 'completed', kind: 'call', words: 'Critical laboratory result: tell the physician and the patient, and write down when', isUrgent: true })
  }
  const running = prescriptions.flatMap((each, place) => (isTaken(each, person.until) && each.isReported !== true && each.sig.asNeededFor === undefined ? [place] : []))
  const [place, ...others] = running
  if (place !== undefined && person.died === undefined && isWritten(person, rng, 0.25)) {
    const chosen = rng.pick([place, ...others])
    const drug = prescriptions[chosen]?.drug
    if (drug !== undefined) errands.push({ day: person.until - rng.int(0, 5), status: 'requested', kind: 'renewal', words: `Renewal asked for: ${drugName(drug)}`, isUrgent: false, prescription: chosen })
  }
  const screened = episodes.findLast(({ visit }) => visit.procedures.includes('mammography') || visit.procedures.includes('colonoscopy'))
  if (screened !== undefined) {
    const what = screened.visit.procedures.includes('mammography') ? 'mammogram' : 'colonoscopy'
    errands.push({ day: Math.max(person.from, screened.visit.day - 20), status: 'completed', kind: 'screening', words: `Arrange the screening ${what}`, isUrgent: false })
  }
  return errands
}

/** Who is followed for something has the next blood ordered already. */
export function dueOf({ person, episodes }: History): Due | undefined {
  if (person.died !== undefined || !isWritten(person, person.rng.fork('due'), 0.5)) return undefined
  const panels = episodes.flatMap(({ draws }) => draws.map(({ panel }) => panel))
  const often = (['glycatedHemoglobin', 'thyroid', 'lipids', 'metabolic'] as const).find((panel) => panels.filter((each) => each === panel).length >= 2)
  const last = episodes.at(-1)?.visit.day
  return often === undefined || last === undefined ? undefined : { panel: often, ordered: last }
}
