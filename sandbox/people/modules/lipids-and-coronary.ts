import { reactsTo } from '../allergies.ts'
import { workingDay } from '../calendar.ts'
import type { Course, DiseaseModule, Prescription } from '../course.ts'
import { moves, type Trend } from '../physiology.ts'
import { isPrescribedBy, standing } from '../treatments.ts'

/** Hyperlipidemia: LDL falls by about two fifths on a statin; who does not bear one keeps it high. */
export const hyperlipidemia: DiseaseModule = (person, onset, rng): Course => {
  const rise = rng.normal(52, 8)
  const takesStatin = isPrescribedBy(person, 'statin', 'hyperlipidemia') && !reactsTo(person.allergies, 'atorvastatin')
  const prescriptions: Prescription[] = takesStatin
    ? [{ drug: rng.chance(0.6) ? 'atorvastatin20' : 'atorvastatin40', sig: { amount: 1, times: 1, extra: 'in the evening' }, from: onset, reason: 'hyperlipidemia' }]
    : []
  return {
    problems: [standing(person, 'hyperlipidemia', onset)],
    prescriptions,
    visits: [{ day: onset, type: 'followUp', reason: 'hyperlipidemia', panels: ['lipids', 'liver'] }],
    monitoring: [
      { panel: 'lipids', everyDays: 350, from: onset },
      { panel: 'liver', everyDays: 700, from: onset },
    ],
    routines: [{ everyDays: 350, from: onset }],
    trends: [moves('ldl', onset - 2000, rise, 2000), moves('triglyceride', onset - 2000, 45, 2000), ...(takesStatin ? [moves('ldl', onset, -0.42 * (104 + rise), 60)] : [])],
  }
}

/** Coronary artery disease: for half of them it begins with an infarction and a stent; aspirin unless anticoagulated, a statin, a beta blocker. */
export const coronaryDisease: DiseaseModule = (person, onset, rng): Course => {
  const hadInfarction = rng.chance(0.5)
  const isAnticoagulated = person.diseases.has('atrial-fibrillation')
  const prescriptions: Prescription[] = []
  const trends: Trend[] = []
  if (!isAnticoagulated && !reactsTo(person.allergies, 'aspirin')) {
    prescriptions.push({ drug: 'aspirin81', sig: { amount: 1, times: 1 }, from: onset, reason: 'coronaryDisease', isReported: true })
  }
  if (hadInfarction) prescriptions.push({ drug: 'clopidogrel75', sig: { amount: 1, times: 1 }, from: onset, until: workingDay(onset + 365), reason: 'myocardialInfarction' })
  if (!reactsTo(person.allergies, 'atorvastatin')) {
    prescriptions.push({ drug: 'atorvastatin40', sig: { amount: 1, times: 1, extra: 'in the evening' }, from: onset, reason: 'coronaryDisease' })
    trends.push(moves('ldl', onset, -0.45 * 104, 60))
  }
  const bearsBetaBlocker = !person.diseases.has('asthma')
  if (isPrescribedBy(person, 'beta-blocker', 'coronary-disease') && bearsBetaBlocker) {
    prescriptions.push({ drug: 'metoprolol50', sig: { amount: 1, times: 1 }, from: onset, reason: 'coronaryDisease' })
    trends.push(moves('heartRate', onset, -9, 30))
  }
  return {
    problems: [
      standing(person, 'coronaryDisease', onset),
      ...(hadInfarction
        ? [{ problem: 'myocardialInfarction', onset, precision: 'day', recorded: onset, abated: onset + 30, list: 'encounter-diagnosis' } as const]
        : []),
    ],
    prescriptions,
    visits: [
      hadInfarction
        ? {
            day: onset,
            type: 'inpatient',
            reason: 'myocardialInfarction',
            nights: rng.int(2, 4),
            panels: ['troponin', 'metabolic', 'bloodCount', 'lipids'],
            procedures: ['electrocardiogram', 'coronaryIntervention', 'echocardiogram'],
            shifts: { troponin: rng.int(300, 2600), heartRate: 14, systolic: 12 },
            story: 'Pressure-like chest pain at rest for two hours, going to the left arm, with sweating.',
          }
        : { day: onset, type: 'consultation', reason: 'coronaryDisease', panels: ['lipids'], procedures: ['electrocardiogram'], isAttendedBy: 'cardiology', story: 'Chest tightness on climbing stairs, gone within minutes of rest.' },
      ...[400, 800, 1200, 1600, 2000].map((after) => ({ day: workingDay(onset + after), type: 'consultation', reason: 'coronaryDisease', isAttendedBy: 'cardiology' }) as const),
    ],
    monitoring: [{ panel: 'lipids', everyDays: 350, from: onset }],
    routines: [{ everyDays: 180, from: onset }],
    trends,
    goals: [{ text: 'LDL cholesterol below 70 mg/dL', problem: 'coronaryDisease', from: onset }],
  }
}
