import { reactsTo } from './allergies.ts'
import type { Disease } from './diseases.ts'
import { firstDayBelow } from './kidneys.ts'
import type { Person } from './person.ts'
import { type Day, workingDay } from './calendar.ts'
import type { Problem } from './course.ts'
import type { ProblemKey } from './codes/problems.ts'

/** Several diseases want the same class of drug. The first that the person has prescribes it, so that nobody gets two. */
const prescribers = {
  'renin-angiotensin': ['heart-failure', 'hypertension', 'chronic-kidney-disease'],
  statin: ['coronary-disease', 'hyperlipidemia', 'type-2-diabetes'],
  'beta-blocker': ['heart-failure', 'coronary-disease', 'atrial-fibrillation'],
} as const satisfies Record<string, readonly Disease[]>

export function isPrescribedBy(person: Person, drugClass: keyof typeof prescribers, disease: Disease): boolean {
  return prescribers[drugClass].find((each) => person.diseases.has(each)) === disease
}

/** Where a non-steroidal does more harm than good: on top of pressure drugs, kidneys, heart, blood thinners, pregnancy, age, a known reaction. */
export function mayTakeNonSteroidals(person: Person, age: number): boolean {
  const against: readonly Disease[] = ['hypertension', 'chronic-kidney-disease', 'heart-failure', 'atrial-fibrillation', 'coronary-disease', 'pregnancy']
  return age >= 18 && age < 75 && !against.some((disease) => person.diseases.has(disease)) && !reactsTo(person.allergies, 'ibuprofen', 'aspirin')
}

/** The first working day with filtration below 30, where metformin must end; undefined while there is none. */
export function endOfMetformin(person: Person, from: Day): Day | undefined {
  const day = firstDayBelow(person, 30, from)
  return day === undefined ? undefined : workingDay(day)
}

/** A standing problem. What began before these records is remembered to the month or the year. */
export function standing(person: Person, problem: ProblemKey, onset: Day, abated?: Day): Problem {
  const yearsBefore = (person.from - onset) / 365
  return {
    problem,
    onset,
    precision: yearsBefore > 4 ? 'year' : yearsBefore > 0 ? 'month' : 'day',
    recorded: Math.max(onset, person.from),
    ...(abated !== undefined && { abated }),
    list: 'problem-list-item',
  }
}
