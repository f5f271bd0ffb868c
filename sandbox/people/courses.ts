import type { Course, DiseaseModule } from './course.ts'
import type { Disease } from './diseases.ts'
import { acuteIllnesses } from './modules/acute.ts'
import { breastCancer } from './modules/breast-cancer.ts'
import { childhood } from './modules/childhood.ts'
import { criticalPotassium } from './modules/critical-potassium.ts'
import { typeTwoDiabetes } from './modules/diabetes.ts'
import { dying } from './modules/dying.ts'
import { atrialFibrillation, heartFailure } from './modules/heart.ts'
import { hypertension } from './modules/hypertension.ts'
import { gout, osteoarthritis, reflux } from './modules/joints-and-gut.ts'
import { kidneyDisease } from './modules/kidney-disease.ts'
import { coronaryDisease, hyperlipidemia } from './modules/lipids-and-coronary.ts'
import { asthma, copd } from './modules/lungs.ts'
import { dementia, depression, hypothyroidism } from './modules/mind-and-thyroid.ts'
import { mistakes } from './modules/mistakes.ts'
import { pregnancy } from './modules/pregnancy.ts'
import { prevention } from './modules/prevention.ts'
import { sickleCell } from './modules/sickle-cell.ts'
import { workingDay } from './calendar.ts'
import type { Person, Profile } from './person.ts'

const modules: Record<Disease, DiseaseModule> = {
  'type-2-diabetes': typeTwoDiabetes,
  hypertension,
  hyperlipidemia,
  'chronic-kidney-disease': kidneyDisease,
  copd,
  asthma,
  'heart-failure': heartFailure,
  'atrial-fibrillation': atrialFibrillation,
  'coronary-disease': coronaryDisease,
  hypothyroidism,
  depression,
  osteoarthritis,
  gout,
  reflux,
  dementia,
  'breast-cancer': breastCancer,
  'sickle-cell': sickleCell,
  pregnancy,
}

/**
 * Keeps a course within the life and the record: nothing planned for after the last day has happened,
 * and what would end after it is still going on.
 */
function lived(course: Course, { from, until, born }: Person): Course {
  const isWithin = (day: number) => day >= from && day <= until
  return {
    ...course,
    problems: (course.problems ?? [])
      .filter(({ onset, recorded, list }) => recorded <= until && onset >= born && (list === 'problem-list-item' || isWithin(recorded)))
      .map(({ abated, ...problem }) => (abated !== undefined && abated <= until ? { ...problem, abated } : problem)),
    prescriptions: (course.prescriptions ?? [])
      .filter((each) => each.from <= until && each.from >= born)
      .map(({ until: end, ...rest }) => {
        if (end !== undefined && end <= until) return { ...rest, until: end }
        if (rest.ending === 'entered-in-error') return rest
        const { ending: _, stopReason: __, ...running } = rest
        return running
      }),
    visits: (course.visits ?? []).filter(({ day, nights = 0 }) => isWithin(day) && day + nights <= until),
    doses: (course.doses ?? []).filter(({ day }) => day >= born && day <= until),
    goals: (course.goals ?? []).filter((goal) => goal.from <= until),
  }
}

/** Who is seen every few weeks, from the first day on, has blood drawn nearly every time. */
const often = ({ from }: Person, { daysBetween: everyDays, panels = ['metabolic'] }: NonNullable<Profile['record']>): Course => ({
  routines: [{ everyDays, from }],
  monitoring: panels.map((panel) => ({ panel, everyDays, from })),
})

/** Everything that happens to a person, one course for each disease and one for ordinary life. */
export function coursesOf(person: Person): readonly Course[] {
  if (person.profile.isEmpty === true) return []
  const ofDiseases = [...person.diseases].map(([disease, onset]) => {
    // A pregnancy is dated by the last period, not by a visit.
    const day = disease === 'pregnancy' ? onset : workingDay(onset)
    return modules[disease](person, day, person.rng.fork(`course/${disease}`))
  })
  const ordinary = [
    childhood(person, person.rng.fork('childhood')),
    acuteIllnesses(person, person.rng.fork('acute')),
    prevention(person, person.rng.fork('prevention')),
    dying(person),
    ...(person.profile.record === undefined ? [] : [often(person, person.profile.record)]),
    ...(person.profile.hasMistakes === true ? [mistakes(person)] : []),
    ...(person.profile.isInHospital === 'critical-potassium' ? [criticalPotassium(person)] : []),
  ]
  return [...ofDiseases, ...ordinary].map((course) => lived(course, person))
}
