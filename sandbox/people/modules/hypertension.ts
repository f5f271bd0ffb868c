import { reactsTo } from '../allergies.ts'
import { workingDay } from '../calendar.ts'
import type { Course, DiseaseModule, Prescription } from '../course.ts'
import { moves } from '../physiology.ts'
import { isPrescribedBy, standing } from '../treatments.ts'

/** Hypertension: an ACE inhibitor (losartan for who coughs), then amlodipine, then a thiazide for some; pressure falls with each. */
export const hypertension: DiseaseModule = (person, onset, rng): Course => {
  const second = workingDay(onset + rng.int(60, 900))
  const third = workingDay(second + rng.int(300, 1500))
  const needsThird = rng.chance(0.3) && !person.diseases.has('gout') && !person.diseases.has('heart-failure')
  const rise = rng.normal(34, 5)
  const prescriptions: Prescription[] = []
  if (isPrescribedBy(person, 'renin-angiotensin', 'hypertension')) {
    const coughs = !reactsTo(person.allergies, 'lisinopril') && rng.chance(0.1)
    const changed = workingDay(onset + 45)
    if (reactsTo(person.allergies, 'lisinopril')) {
      prescriptions.push({ drug: 'losartan50', sig: { amount: 1, times: 1 }, from: onset, reason: 'hypertension' })
    } else if (coughs) {
      prescriptions.push(
        { drug: 'lisinopril10', sig: { amount: 1, times: 1 }, from: onset, until: changed, ending: 'stopped', stopReason: 'Cough', reason: 'hypertension' },
        { drug: 'losartan50', sig: { amount: 1, times: 1 }, from: changed, reason: 'hypertension' },
      )
    } else {
      prescriptions.push(
        { drug: 'lisinopril10', sig: { amount: 1, times: 1 }, from: onset, until: second, reason: 'hypertension' },
        { drug: 'lisinopril20', sig: { amount: 1, times: 1 }, from: second, reason: 'hypertension' },
      )
    }
  }
  prescriptions.push({ drug: 'amlodipine5', sig: { amount: 1, times: 1 }, from: second, reason: 'hypertension' })
  if (needsThird) prescriptions.push({ drug: 'hydrochlorothiazide25', sig: { amount: 1, times: 1, extra: 'in the morning' }, from: third, reason: 'hypertension' })

  return {
    problems: [standing(person, 'hypertension', onset)],
    prescriptions,
    visits: [onset, workingDay(onset + 45), second, ...(needsThird ? [third] : [])].map((day) => ({ day, type: 'followUp', reason: 'hypertension', panels: ['metabolic'] })),
    monitoring: [{ panel: 'metabolic', everyDays: 350, from: onset }],
    routines: [{ everyDays: 180, from: onset }],
    trends: [
      moves('systolic', onset - 1500, rise, 1500),
      moves('diastolic', onset - 1500, rise * 0.45, 1500),
      moves('systolic', onset, -rise * 0.42, 60),
      moves('diastolic', onset, -rise * 0.19, 60),
      moves('systolic', second, -rise * 0.3, 60),
      moves('diastolic', second, -rise * 0.13, 60),
      ...(needsThird ? [moves('systolic', third, -6, 60), moves('potassium', third, -0.2, 60)] : []),
    ],
    goals: [{ text: 'Blood pressure below 130/80 mmHg', problem: 'hypertension', from: onset }],
  }
}
