import { workingDay } from '../calendar.ts'
import type { Course, DiseaseModule, PlannedVisit, Prescription } from '../course.ts'
import { ageOn, isWritten } from '../person.ts'
import { moves } from '../physiology.ts'
import { mayTakeNonSteroidals, standing } from '../treatments.ts'

/** Osteoarthritis of the knee: acetaminophen, a non-steroidal only where it is safe, and for some a new knee. */
export const osteoarthritis: DiseaseModule = (person, onset, rng): Course => {
  const prescriptions: Prescription[] = [
    { drug: 'acetaminophen500', sig: { amount: 2, times: 3, asNeededFor: 'knee pain', extra: '(no more than 3,000 mg a day)' }, from: onset, reason: 'kneeOsteoarthritis', isReported: true },
  ]
  if (mayTakeNonSteroidals(person, ageOn(person, person.until)) && rng.chance(0.5)) {
    prescriptions.push({ drug: 'naproxen500', sig: { amount: 1, times: 2, asNeededFor: 'knee pain', extra: 'with food' }, from: workingDay(onset + 60), reason: 'kneeOsteoarthritis' })
  }
  const visits: PlannedVisit[] = [{ day: onset, type: 'followUp', reason: 'kneeOsteoarthritis', story: 'Knee pain on stairs and after sitting, worse over the last year.' }]
  if (isWritten(person, rng, 0.2)) {
    const latest = person.profile.isThorough === true ? person.until - 60 : Number.POSITIVE_INFINITY
    const day = workingDay(Math.min(onset + rng.int(700, 2500), latest))
    visits.push({ day, type: 'inpatient', reason: 'kneeOsteoarthritis', nights: 2, panels: ['bloodCount', 'metabolic'], procedures: ['kneeReplacement'], shifts: { hemoglobin: -1.8 }, story: 'Planned total knee replacement after two years of failing treatment.' })
  }
  return { problems: [standing(person, 'kneeOsteoarthritis', onset)], prescriptions, visits, routines: [{ everyDays: 300, from: onset }] }
}

/** Gout: a first attack, then allopurinol, and uric acid falls. */
export const gout: DiseaseModule = (person, onset): Course => {
  const hasKidneyDisease = person.diseases.has('chronic-kidney-disease')
  const prevention = workingDay(onset + 30)
  return {
    problems: [standing(person, 'gout', onset)],
    prescriptions: [
      hasKidneyDisease
        ? { drug: 'prednisone20', sig: { amount: 2, times: 1, extra: 'for 5 days' }, from: onset, until: onset + 5, reason: 'gout' }
        : { drug: 'colchicine', sig: { amount: 1, times: 2, extra: 'for 7 days' }, from: onset, until: onset + 7, reason: 'gout' },
      { drug: 'allopurinol100', sig: { amount: hasKidneyDisease ? 1 : 2, times: 1 }, from: prevention, reason: 'gout' },
    ],
    visits: [
      { day: onset, type: 'acute', reason: 'gout', panels: ['urate', 'metabolic'], story: 'Woken by a hot, swollen big toe; cannot bear the sheet on it.' },
      { day: prevention, type: 'followUp', reason: 'gout', panels: ['urate'] },
    ],
    monitoring: [{ panel: 'urate', everyDays: 350, from: onset }],
    routines: [{ everyDays: 350, from: onset }],
    trends: [moves('urate', onset - 700, 3.1, 700), moves('urate', prevention, -3, 90)],
  }
}

/** Reflux: a proton pump inhibitor, for most for a time. */
export const reflux: DiseaseModule = (person, onset, rng): Course => {
  const until = workingDay(onset + rng.int(60, 1500))
  return {
    problems: [standing(person, 'reflux', onset)],
    prescriptions: [{ drug: 'omeprazole20', sig: { amount: 1, times: 1, extra: 'before breakfast' }, from: onset, ...(rng.chance(0.6) && { until }), reason: 'reflux' }],
    visits: [{ day: onset, type: 'followUp', reason: 'reflux', story: 'Heartburn after evening meals, several times a week.' }],
    routines: [{ everyDays: 365, from: onset }],
  }
}
