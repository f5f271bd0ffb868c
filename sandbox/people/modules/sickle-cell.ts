import { reactsTo } from '../allergies.ts'
import { addYears, workingDay } from '../calendar.ts'
import type { Course, DiseaseModule, PlannedVisit, Prescription } from '../course.ts'
import { ageOn } from '../person.ts'
import { moves } from '../physiology.ts'
import { standing } from '../treatments.ts'

/** Sickle cell disease (HbSS): anemia for life, hydroxyurea and folic acid, painful crises, now and then a transfusion. */
export const sickleCell: DiseaseModule = (person, onset, rng): Course => {
  const hydroxyurea = workingDay(Math.max(addYears(person.born, 9), person.from + 30))
  const visits: PlannedVisit[] = []
  const prescriptions: Prescription[] = [
    { drug: 'folicAcid1', sig: { amount: 1, times: 1 }, from: workingDay(Math.max(onset, person.from)), reason: 'sickleCell' },
    { drug: 'hydroxyurea500', sig: { amount: 2, times: 1 }, from: hydroxyurea, reason: 'sickleCell' },
  ]
  for (let day = person.from + rng.int(60, 400); day < person.until - 8; day += rng.int(150, 600)) {
    const nights = rng.chance(0.5) ? rng.int(2, 5) : 0
    visits.push({
      day,
      type: nights > 0 ? 'inpatient' : 'emergency',
      reason: 'sickleCell',
      ...(nights > 0 && { nights }),
      panels: ['bloodCount', 'reticulocytes', 'metabolic', 'liver'],
      ...(nights > 0 && rng.chance(0.3) && { procedures: ['transfusion'] as const }),
      shifts: { heartRate: 22, hemoglobin: -rng.unit() * 1.5, whiteCells: 5, reticulocytes: 4, bilirubin: 1.2, temperature: 0.6 },
      story: 'Vaso-occlusive crisis: pain in back and both legs, 8 of 10, since last night; home tablets did not help.',
    })
    const mayTakeOxycodone = ageOn(person, day) >= 16 && !reactsTo(person.allergies, 'codeine')
    if (mayTakeOxycodone) prescriptions.push({ drug: 'oxycodone5', sig: { amount: 1, times: 4, asNeededFor: 'severe pain', extra: 'for 5 days' }, from: day, until: day + 5, reason: 'sickleCell' })
  }
  return {
    problems: [standing(person, 'sickleCell', onset)],
    prescriptions,
    visits: [{ day: hydroxyurea, type: 'followUp', reason: 'sickleCell', panels: ['bloodCount', 'reticulocytes'] }, ...visits],
    monitoring: [
      { panel: 'bloodCount', everyDays: 85, from: onset },
      { panel: 'reticulocytes', everyDays: 85, from: onset },
      { panel: 'metabolic', everyDays: 180, from: onset },
      { panel: 'ferritin', everyDays: 350, from: onset },
    ],
    routines: [{ everyDays: 95, from: onset }],
    trends: [
      moves('hemoglobin', onset, -6.1, 120),
      moves('hemoglobin', hydroxyurea, 0.9, 200),
      moves('cellVolume', hydroxyurea, 11, 200),
      moves('reticulocytes', onset, 7, 120),
      moves('bilirubin', onset, 1.7, 120),
      moves('whiteCells', onset, 4, 120),
      moves('platelets', onset, 110, 120),
      moves('ferritin', onset, 150, 2000),
    ],
  }
}
