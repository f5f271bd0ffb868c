import { reactsTo } from '../allergies.ts'
import { workingDay } from '../calendar.ts'
import type { Course, DiseaseModule, PlannedVisit, Prescription } from '../course.ts'
import { filtrationOn } from '../kidneys.ts'
import { ageOn, isWritten } from '../person.ts'
import { moves, type Trend } from '../physiology.ts'
import { isPrescribedBy, standing } from '../treatments.ts'

/** Heart failure: begins in hospital; four drugs step by step, but no carvedilol for bad lungs and no spironolactone for bad kidneys. */
export const heartFailure: DiseaseModule = (person, onset, rng): Course => {
  const hasLungDisease = person.diseases.has('asthma') || person.diseases.has('copd')
  const stepTwo = workingDay(onset + 45)
  const stayed = rng.int(3, 6)
  const visits: PlannedVisit[] = [
    {
      day: onset,
      type: 'inpatient',
      reason: 'heartFailure',
      nights: stayed,
      panels: ['natriureticPeptide', 'metabolic', 'bloodCount', 'troponin'],
      procedures: ['echocardiogram', 'electrocardiogram', 'chestXray'],
      shifts: { natriureticPeptide: rng.int(2500, 7000), saturation: -5, respiratoryRate: 8, heartRate: 18, weight: 5, troponin: 20 },
      story: 'Two weeks of swollen legs, sleeping on three pillows, and breathlessness on walking to the bathroom.',
    },
    { day: stepTwo, type: 'consultation', reason: 'heartFailure', isAttendedBy: 'cardiology', panels: ['metabolic', 'natriureticPeptide'] },
  ]
  for (let day = Math.max(onset, person.from) + rng.int(250, 900); day < person.until - 12; day += rng.int(500, 1600)) {
    visits.push({
      day,
      type: 'inpatient',
      reason: 'heartFailure',
      nights: rng.int(3, 7),
      panels: ['natriureticPeptide', 'metabolic', 'bloodCount', 'troponin'],
      procedures: ['chestXray'],
      shifts: { natriureticPeptide: rng.int(1800, 6000), saturation: -4, respiratoryRate: 7, heartRate: 16, weight: 4 },
      story: 'Weight up by 4 kg in ten days after salty meals; ankle swelling and breathlessness at night.',
    })
  }
  const prescriptions: Prescription[] = [
    { drug: 'furosemide40', sig: { amount: 1, times: 1, extra: 'in the morning' }, from: onset, reason: 'heartFailure' },
    {
      drug: reactsTo(person.allergies, 'lisinopril') ? 'losartan50' : 'lisinopril5',
      sig: { amount: 1, times: 1 },
      from: onset,
      reason: 'heartFailure',
    },
  ]
  if (hasLungDisease) prescriptions.push({ drug: 'metoprolol50', sig: { amount: 1, times: 1 }, from: onset, reason: 'heartFailure' })
  else {
    prescriptions.push(
      { drug: 'carvedilol6', sig: { amount: 1, times: 2, extra: 'with food' }, from: onset, until: stepTwo, reason: 'heartFailure' },
      { drug: 'carvedilol12', sig: { amount: 1, times: 2, extra: 'with food' }, from: stepTwo, reason: 'heartFailure' },
    )
  }
  if (!person.diseases.has('chronic-kidney-disease') && filtrationOn(person, stepTwo) > 45) {
    prescriptions.push({ drug: 'spironolactone25', sig: { amount: 1, times: 1 }, from: stepTwo, reason: 'heartFailure' })
  }
  return {
    problems: [standing(person, 'heartFailure', onset)],
    prescriptions,
    visits: [...visits, ...[365, 730, 1095, 1460].map((after) => ({ day: workingDay(onset + after), type: 'consultation', reason: 'heartFailure', isAttendedBy: 'cardiology', procedures: ['echocardiogram'] }) as const)],
    monitoring: [
      { panel: 'metabolic', everyDays: 90, from: onset },
      { panel: 'natriureticPeptide', everyDays: 180, from: onset },
      { panel: 'bloodCount', everyDays: 350, from: onset },
    ],
    routines: [{ everyDays: 95, from: onset }],
    trends: [moves('natriureticPeptide', onset - 300, rng.int(900, 1900), 300), moves('natriureticPeptide', onset, -500, 200), moves('systolic', onset - 300, -8, 300), moves('heartRate', onset, -6, 60)],
    goals: [{ text: 'Daily weight within 1 kg of dry weight', problem: 'heartFailure', from: onset }],
  }
}

/** Atrial fibrillation: rate control, and an anticoagulant. Apixaban for most; warfarin with its INRs for some, and with kidney disease. */
export const atrialFibrillation: DiseaseModule = (person, onset, rng): Course => {
  const takesWarfarin = person.diseases.has('chronic-kidney-disease') || rng.chance(0.3)
  const prescriptions: Prescription[] = [
    takesWarfarin
      ? { drug: 'warfarin5', sig: { amount: 1, times: 1, extra: 'in the evening' }, from: onset, reason: 'atrialFibrillation' }
      : { drug: 'apixaban5', sig: { amount: 1, times: 2 }, from: onset, reason: 'atrialFibrillation' },
  ]
  const trends: Trend[] = [moves('heartRate', onset, 8, 1)]
  if (takesWarfarin) {
    const slow = rng.fork('inr')
    const phase = slow.unit() * 6.28
    // Around 2.5 and never quite still: diet, other drugs, missed tablets.
    trends.push(moves('inr', onset, 1.5, 10), { measure: 'inr', at: (day) => (day <= onset + 10 ? 0 : 0.35 * Math.sin(day / 23 + phase) + 0.25 * Math.sin(day / 9.1)) })
  }
  if (isPrescribedBy(person, 'beta-blocker', 'atrial-fibrillation') && !person.diseases.has('asthma')) {
    prescriptions.push({ drug: 'metoprolol50', sig: { amount: 1, times: 1 }, from: onset, reason: 'atrialFibrillation' })
  }
  const cardioverted = rng.chance(0.25)
  // A sinus node that is tired as well: slow by day under the drugs that slow the fast nights.
  const isPaced = isWritten(person, rng, 0.1) && ageOn(person, onset) >= 60
  const paced = workingDay(onset + 210)
  return {
    problems: [standing(person, 'atrialFibrillation', onset)],
    prescriptions,
    visits: [
      { day: onset, type: 'emergency', reason: 'atrialFibrillation', panels: ['metabolic', 'bloodCount', 'thyroid', 'troponin', 'inr'], procedures: ['electrocardiogram'], shifts: { heartRate: rng.int(35, 65) }, story: 'Palpitations and light-headedness since this morning.' },
      { day: workingDay(onset + 40), type: 'consultation', reason: 'atrialFibrillation', isAttendedBy: 'cardiology', procedures: ['echocardiogram', ...(cardioverted ? (['cardioversion'] as const) : [])] },
      ...(isPaced ? [{ day: paced, type: 'inpatient', reason: 'atrialFibrillation', nights: 1, panels: ['metabolic', 'bloodCount'], procedures: ['pacemakerImplant', 'chestXray'], story: 'Planned pacemaker: pauses of four seconds by day, fast atrial fibrillation by night.' } as const] : []),
    ],
    monitoring: [
      ...(takesWarfarin ? [{ panel: 'inr', everyDays: 28, from: onset } as const] : []),
      { panel: 'bloodCount', everyDays: 350, from: onset },
      { panel: 'metabolic', everyDays: 350, from: onset },
    ],
    routines: [{ everyDays: takesWarfarin ? 35 : 170, from: onset }],
    trends,
  }
}
