import { reactsTo } from '../allergies.ts'
import { workingDay } from '../calendar.ts'
import type { Course, DiseaseModule, Prescription } from '../course.ts'
import { filtrationOn } from '../kidneys.ts'
import { drifts, moves, type Trend } from '../physiology.ts'
import { endOfMetformin, isPrescribedBy, standing } from '../treatments.ts'

/**
 * Type 2 diabetes: hemoglobin A1c rises to the diagnosis, falls with metformin, creeps up over the years, and falls again with each
 * further drug. Metformin is halved with chronic kidney disease and ended below a filtration of 30 (FDA label, 2016).
 */
export const typeTwoDiabetes: DiseaseModule = (person, onset, rng): Course => {
  const hasKidneyDisease = person.diseases.has('chronic-kidney-disease')
  const atDiagnosis = rng.normal(3.3, 0.6)
  const secondDrug = workingDay(onset + rng.int(900, 1700))
  const insulin = workingDay(secondDrug + rng.int(1300, 2400))
  const endsMetformin = endOfMetformin(person, onset)
  const mayTakeEmpagliflozin = filtrationOn(person, secondDrug) >= 45 && rng.chance(0.7)
  const doubled = workingDay(onset + 90)

  const prescriptions: Prescription[] = [
    { drug: 'metformin500', sig: { amount: 1, times: 2, extra: 'with meals' }, from: onset, ...(hasKidneyDisease ? {} : { until: doubled }), reason: 'typeTwoDiabetes' },
    {
      drug: mayTakeEmpagliflozin ? 'empagliflozin10' : 'glipizide5',
      sig: { amount: 1, times: 1, extra: 'in the morning' },
      from: secondDrug,
      reason: 'typeTwoDiabetes',
    },
    { drug: 'insulinGlargine', sig: { amount: rng.int(5, 14) * 2, times: 1, extra: 'at bedtime' }, from: insulin, reason: 'typeTwoDiabetes' },
  ]
  if (!hasKidneyDisease) prescriptions.push({ drug: 'metformin1000', sig: { amount: 1, times: 2, extra: 'with meals' }, from: doubled, reason: 'typeTwoDiabetes' })
  const takesStatin = isPrescribedBy(person, 'statin', 'type-2-diabetes') && !reactsTo(person.allergies, 'atorvastatin')
  if (takesStatin) {
    prescriptions.push({ drug: 'atorvastatin20', sig: { amount: 1, times: 1 }, from: workingDay(onset + 90), reason: 'typeTwoDiabetes' })
  }

  const trends: Trend[] = [
    moves('glycatedHemoglobin', onset - 1000, atDiagnosis, 1000),
    moves('glycatedHemoglobin', onset, -0.62 * atDiagnosis, 180),
    drifts('glycatedHemoglobin', onset + 180, 0.28, 2.6),
    moves('glycatedHemoglobin', secondDrug, -0.8, 120),
    moves('glycatedHemoglobin', insulin, -1.1, 180),
    // Half reach the goal. Some never do: tablets not taken, insulin not begun, other things on their mind.
    moves('glycatedHemoglobin', onset + 400, rng.fork('control').chance(0.2) ? 0.8 + 2.4 * rng.fork('lack').unit() : rng.fork('control/fair').normal(-0.5, 0.55), 300),
    moves('triglyceride', onset - 1000, 55, 1000),
    drifts('urineAlbumin', onset, 4, 40),
  ]
  if (takesStatin) trends.push(moves('ldl', onset + 90, -38, 60))

  return {
    problems: [standing(person, 'typeTwoDiabetes', onset)],
    // Where the kidneys fail, whatever metformin is running ends on that day.
    prescriptions: prescriptions.map((each) =>
      each.drug.startsWith('metformin') && endsMetformin !== undefined && (each.until ?? Number.POSITIVE_INFINITY) > endsMetformin
        ? { ...each, until: Math.max(each.from, endsMetformin), ending: 'stopped', stopReason: 'eGFR below 30' }
        : each,
    ),
    visits: [onset, doubled, secondDrug, insulin, ...(endsMetformin === undefined ? [] : [endsMetformin])].map((day) => ({
      day,
      type: 'followUp',
      reason: 'typeTwoDiabetes',
      panels: ['glycatedHemoglobin', 'metabolic'],
    })),
    monitoring: [
      { panel: 'glycatedHemoglobin', everyDays: 110, from: onset },
      { panel: 'metabolic', everyDays: 180, from: onset },
      { panel: 'lipids', everyDays: 350, from: onset },
      { panel: 'urineAlbumin', everyDays: 350, from: onset },
    ],
    routines: [{ everyDays: 125, from: onset }],
    trends,
    goals: [{ text: 'Hemoglobin A1c below 7 %', problem: 'typeTwoDiabetes', from: onset }],
  }
}
