import { reactsTo } from '../allergies.ts'
import { workingDay } from '../calendar.ts'
import type { Course, DiseaseModule } from '../course.ts'
import { firstDayBelow, kidneyTrends } from '../kidneys.ts'
import { drifts, moves } from '../physiology.ts'
import { isPrescribedBy, standing } from '../treatments.ts'

/** Chronic kidney disease from stage 3: filtration declines, potassium and albuminuria rise, hemoglobin falls. Stages as in KDIGO 2012. */
export const kidneyDisease: DiseaseModule = (person, onset): Course => {
  const belowThirty = firstDayBelow(person, 30, onset)
  const stageFour = belowThirty === undefined ? undefined : workingDay(belowThirty)
  const prescribes = isPrescribedBy(person, 'renin-angiotensin', 'chronic-kidney-disease')
  return {
    problems: [
      standing(person, 'kidneyDiseaseThree', onset, stageFour),
      ...(stageFour === undefined ? [] : [standing(person, 'kidneyDiseaseFour', stageFour)]),
    ],
    prescriptions: prescribes
      ? [{ drug: reactsTo(person.allergies, 'lisinopril') ? 'losartan50' : 'lisinopril5', sig: { amount: 1, times: 1 }, from: onset, reason: 'kidneyDiseaseThree' }]
      : [],
    visits: [onset, ...(stageFour === undefined ? [] : [stageFour])].map((day) => ({
      day,
      type: 'followUp',
      reason: day === stageFour ? 'kidneyDiseaseFour' : 'kidneyDiseaseThree',
      panels: ['metabolic', 'bloodCount', 'urineAlbumin'],
    })),
    monitoring: [
      { panel: 'metabolic', everyDays: 90, from: onset },
      { panel: 'bloodCount', everyDays: 180, from: onset },
      { panel: 'urineAlbumin', everyDays: 180, from: onset },
      { panel: 'urinalysis', everyDays: 350, from: onset },
    ],
    routines: [{ everyDays: 100, from: onset }],
    trends: [
      ...kidneyTrends(person),
      drifts('potassium', onset, 0.09, 0.6),
      drifts('bicarbonate', onset, -0.4, 4),
      drifts('hemoglobin', onset, -0.22, 2.6),
      moves('urineAlbumin', onset - 900, 90, 900),
      drifts('urineAlbumin', onset, 24, 300),
    ],
  }
}
