import type { Day } from './calendar.ts'
import type { AnalyteKey, PanelKey, QualitativeKey } from './codes/laboratory.ts'
import type { Course, Dose, Goal, Prescription, Problem } from './course.ts'
import { coursesOf } from './courses.ts'
import { type Draw, measured } from './labs.ts'
import { ageOn, type Person } from './person.ts'
import { type Physiology, physiologyOf, type Shifts } from './physiology.ts'
import type { Rng } from './random.ts'
import { timelineOf, type Visit } from './timeline.ts'
import { taken, type Vitals } from './vitals.ts'

/** An encounter with all that was measured at it. */
export interface Episode {
  readonly visit: Visit
  readonly vitals: readonly Vitals[]
  readonly draws: readonly Draw[]
  readonly scores: Scores
}

/** PHQ-9 and GAD-7 totals, where they were asked. */
export interface Scores {
  readonly depression?: number
  readonly anxiety?: number
}

/** A whole life in this hospital, before it is written down in FHIR. */
export interface History {
  readonly person: Person
  readonly problems: readonly Problem[]
  readonly prescriptions: readonly Prescription[]
  readonly doses: readonly Dose[]
  readonly goals: readonly Goal[]
  readonly episodes: readonly Episode[]
  readonly pregnancy?: NonNullable<Course['pregnancy']>
}

/** Is this problem one that a clinician would name on that day? */
export function isActive({ onset, abated, verification }: Problem, day: Day): boolean {
  return onset <= day && (abated === undefined || abated > day) && verification !== 'refuted' && verification !== 'entered-in-error'
}

export function isTaken({ from, until, ending }: Prescription, day: Day): boolean {
  return from <= day && (until === undefined || until > day) && ending !== 'entered-in-error'
}

/** What the urine and the throat show, from what the person has. */
function presences(problems: readonly Problem[], pregnancy: Course['pregnancy'], body: Physiology, day: Day): ReadonlySet<QualitativeKey> {
  const has = (problem: Problem['problem']) => problems.some((each) => each.problem === problem && isActive(each, day))
  const present = new Set<QualitativeKey>()
  if (has('urinaryInfection')) present.add('urineNitrite').add('urineLeukocytes')
  if (has('strepThroat')) present.add('strepAntigen')
  if (body.level('glycatedHemoglobin', day) > 8.2) present.add('urineGlucose')
  if (body.level('urineAlbumin', day) > 150) present.add('urineProtein')
  if (pregnancy !== undefined && pregnancy.from <= day && (pregnancy.until ?? day) >= day) present.add('urinePregnancy')
  return present
}

/** In hospital, what was wrong on the first day passes; in who dies it does not. */
function shiftsOn(visit: Visit, dayOfStay: number): Shifts {
  if (visit.shifts === undefined || visit.nights === 0 || visit.ending === 'died') return visit.shifts ?? {}
  const left = 1 - dayOfStay / visit.nights
  return Object.fromEntries(Object.entries(visit.shifts).map(([measure, shift]) => [measure, shift * left]))
}

const wardPanels: readonly PanelKey[] = ['metabolic', 'bloodCount']

interface Body {
  readonly person: Person
  readonly body: Physiology
  readonly problems: readonly Problem[]
  readonly prescriptions: readonly Prescription[]
  readonly pregnancy: Course['pregnancy']
  readonly rng: Rng
}

function episodeOf(visit: Visit, isHeightDue: boolean, { person, body, problems, prescriptions, pregnancy, rng }: Body): Episode {
  // Who dies at ten to five in the morning is seen in the night before; everybody else on the morning round.
  const rounds = visit.ending === 'died' ? { blood: 150, vitals: 230 } : { blood: 360, vitals: 400 }
  const vitals: Vitals[] = []
  const draws: Draw[] = []
  // A scale and a cuff cannot be used over video.
  const days = visit.type === 'video' ? 0 : visit.nights + 1
  for (let stay = 0; stay < days; stay++) {
    const day = visit.day + stay
    const shifts = shiftsOn(visit, stay)
    const isPregnant = pregnancy !== undefined && pregnancy.from <= day && (pregnancy.until === undefined || day < pregnancy.until)
    const gestation = isPregnant && pregnancy !== undefined ? Math.floor((day - pregnancy.from) / 7) : undefined
    vitals.push(
      taken({
        person,
        day,
        minute: stay === 0 ? visit.minute + 5 : rounds.vitals,
        body,
        shifts,
        rng,
        isHeightDue: stay === 0 && isHeightDue,
        ...(gestation !== undefined && visit.type === 'prenatal' && { gestation }),
      }),
    )
    const specimen = {
      person,
      day,
      body,
      shifts,
      rng,
      isOnWarfarin: prescriptions.some((each) => each.drug === 'warfarin5' && isTaken(each, day)),
      present: presences(problems, pregnancy, body, day),
    }
    const minute = stay === 0 ? visit.minute + 15 : rounds.blood
    for (const panel of stay === 0 ? visit.panels : wardPanels) draws.push({ panel, day, minute, results: measured(panel, specimen) })
  }
  const total = (measure: 'mood' | 'worry') => Math.round(body.sample(measure, visit.day, rng))
  const scores: Scores = {
    ...(visit.asks !== 'nothing' && { depression: total('mood') }),
    ...(visit.asks === 'mood and worry' && { anxiety: total('worry') }),
  }
  return { visit, vitals, draws, scores }
}

/** Lets a person live: courses, encounters, measurements. */
export function historyOf(person: Person): History {
  const courses = coursesOf(person)
  const problems = courses.flatMap((course) => course.problems ?? [])
  const prescriptions = courses.flatMap((course) => course.prescriptions ?? [])
  const pregnancy = courses.find((course) => course.pregnancy !== undefined)?.pregnancy
  const body = physiologyOf(person, courses.flatMap((course) => course.trends ?? []))
  const rng = person.rng.fork('measurements')
  let lastHeight: Day = Number.NEGATIVE_INFINITY
  const episodes = timelineOf(person, courses).map((visit) => {
    const isHeightDue = visit.type !== 'video' && (ageOn(person, visit.day) < 18 || visit.day - lastHeight >= 350)
    if (isHeightDue) lastHeight = visit.day
    return episodeOf(visit, isHeightDue, { person, body, problems, prescriptions, pregnancy, rng })
  })
  return {
    person,
    problems,
    prescriptions,
    doses: courses.flatMap((course) => course.doses ?? []),
    goals: courses.flatMap((course) => course.goals ?? []),
    episodes,
    ...(pregnancy !== undefined && { pregnancy }),
  }
}

/** The last value of each analyte before a day, and when it was. */
export type Earlier = ReadonlyMap<AnalyteKey, { readonly value: number; readonly day: Day }>
