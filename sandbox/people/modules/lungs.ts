import { workingDay } from '../calendar.ts'
import type { Course, DiseaseModule, PlannedVisit, Prescription, Problem } from '../course.ts'
import { ageOn } from '../person.ts'
import { drifts, moves } from '../physiology.ts'
import { standing } from '../treatments.ts'

/** COPD: long-acting inhalers, a slow loss of saturation, and exacerbations treated with prednisone, some of them in hospital. */
export const copd: DiseaseModule = (person, onset, rng): Course => {
  const visits: PlannedVisit[] = [{ day: onset, type: 'followUp', reason: 'copd', procedures: ['spirometry', 'chestXray'], story: 'Short of breath on stairs for a year, with a morning cough.' }]
  const prescriptions: Prescription[] = [
    { drug: 'albuterol', sig: { amount: 2, times: 4, asNeededFor: 'wheezing or shortness of breath' }, from: onset, reason: 'copd' },
    { drug: 'fluticasoneSalmeterol', sig: { amount: 1, times: 2 }, from: workingDay(onset + 200), reason: 'copd' },
  ]
  const problems: Problem[] = [standing(person, 'copd', onset)]
  for (let day = Math.max(onset, person.from) + rng.int(150, 700); day < person.until - 12; day += rng.int(300, 1000)) {
    const nights = rng.chance(0.4) ? rng.int(2, 6) : 0
    visits.push({
      day,
      type: nights > 0 ? 'inpatient' : 'emergency',
      reason: 'copdExacerbation',
      ...(nights > 0 && { nights }),
      panels: ['bloodCount', 'metabolic'],
      procedures: ['chestXray'],
      shifts: { saturation: -rng.int(5, 9), respiratoryRate: rng.int(6, 11), heartRate: rng.int(12, 26), whiteCells: rng.int(2, 7) },
      story: 'Three days of more cough, more and darker sputum, and breathlessness at rest. No chest pain.',
    })
    prescriptions.push({ drug: 'prednisone20', sig: { amount: 2, times: 1, extra: 'for 5 days' }, from: day, until: day + 5, reason: 'copdExacerbation' })
    problems.push({ problem: 'copdExacerbation', onset: day, precision: 'day', recorded: day, abated: day + 14, list: 'encounter-diagnosis' })
  }
  return {
    problems,
    prescriptions,
    visits,
    routines: [{ everyDays: 150, from: onset }],
    trends: [moves('saturation', onset - 800, -2.6, 800), drifts('saturation', onset, -0.15, 2), moves('respiratoryRate', onset - 800, 2, 800)],
  }
}

/** Asthma: a reliever for all, an inhaled steroid for most, now and then the emergency department. */
export const asthma: DiseaseModule = (person, onset, rng): Course => {
  const visits: PlannedVisit[] = [{ day: onset, type: 'followUp', reason: 'asthma', ...(ageOn(person, onset) >= 6 && { procedures: ['spirometry'] as const }), story: 'Night cough and wheeze with colds and exercise.' }]
  const prescriptions: Prescription[] = [{ drug: 'albuterol', sig: { amount: 2, times: 4, asNeededFor: 'wheezing' }, from: onset, reason: 'asthma' }]
  if (rng.chance(0.7)) prescriptions.push({ drug: 'fluticasone', sig: { amount: 2, times: 2, extra: 'and rinse the mouth' }, from: onset, reason: 'asthma' })
  for (let day = Math.max(onset, person.from) + rng.int(200, 1500); day < person.until - 8; day += rng.int(800, 2600)) {
    visits.push({
      day,
      type: 'emergency',
      reason: 'asthma',
      shifts: { saturation: -rng.int(3, 6), respiratoryRate: rng.int(6, 12), heartRate: rng.int(15, 30) },
      story: 'Wheezing since last night after a cold; the inhaler helped for less than two hours.',
    })
    if (ageOn(person, day) >= 12) prescriptions.push({ drug: 'prednisone20', sig: { amount: 2, times: 1, extra: 'for 5 days' }, from: day, until: day + 5, reason: 'asthma' })
  }
  return { problems: [standing(person, 'asthma', onset)], prescriptions, visits, routines: [{ everyDays: 240, from: onset }] }
}
