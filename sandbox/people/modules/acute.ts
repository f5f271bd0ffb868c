import { reactsTo } from '../allergies.ts'
import { type Day, workingDay } from '../calendar.ts'
import type { DrugKey } from '../codes/drugs.ts'
import type { PanelKey } from '../codes/laboratory.ts'
import type { ProblemKey } from '../codes/problems.ts'
import type { Course, PlannedVisit, Prescription, Problem } from '../course.ts'
import { ageOn, type Person } from '../person.ts'
import type { Shifts } from '../physiology.ts'
import type { Rng } from '../random.ts'
import type { Sig } from '../sig.ts'
import { growthAt } from '../growth.ts'
import { mayTakeNonSteroidals } from '../treatments.ts'

interface Illness {
  readonly problem: ProblemKey
  readonly ages: readonly [from: number, to: number]
  readonly sex?: 'female' | 'male'
  readonly days: number
  readonly story: string
  readonly shifts?: Shifts
  readonly panels?: readonly PanelKey[]
  treat?(person: Person, age: number): { drug: DrugKey; sig: Sig; days: number } | undefined
}

/** A penicillin where it is borne, by weight for the small; something else where it is not. */
function forThroatOrEar(person: Person, age: number): ReturnType<NonNullable<Illness['treat']>> {
  if (reactsTo(person.allergies, 'penicillin')) return age < 12 ? undefined : { drug: 'azithromycin250', sig: { amount: 1, times: 1, extra: 'for 5 days' }, days: 5 }
  if (age >= 14) return { drug: 'amoxicillin875', sig: { amount: 1, times: 2, extra: 'for 10 days' }, days: 10 }
  // 45 mg/kg a day in two doses, at 80 mg/mL, to the half millilitre, and never more than 6 mL (480 mg) at a time.
  const milliliters = Math.min(6, Math.max(1, Math.round((growthAt(person, age).weight * 22.5) / 40) / 2))
  return { drug: 'amoxicillinLiquid', sig: { amount: milliliters, times: 2, extra: 'for 10 days' }, days: 10 }
}

/** Nothing on top of a pain killer that is on the list already: two acetaminophens would be too much. */
function forPain(person: Person, age: number): ReturnType<NonNullable<Illness['treat']>> {
  if (person.diseases.has('osteoarthritis') || person.diseases.has('sickle-cell')) return undefined
  if (mayTakeNonSteroidals(person, age)) return { drug: 'ibuprofen200', sig: { amount: 2, times: 3, asNeededFor: 'pain', extra: 'with food' }, days: 10 }
  return age < 16 ? undefined : { drug: 'acetaminophen500', sig: { amount: 2, times: 3, asNeededFor: 'pain' }, days: 10 }
}

const illnesses: readonly Illness[] = [
  { problem: 'viralSinusitis', ages: [12, 99], days: 12, story: 'Ten days of a blocked nose and pressure over the cheeks, no fever.' },
  { problem: 'viralPharyngitis', ages: [3, 60], days: 7, story: 'Sore throat and runny nose for three days.', shifts: { temperature: 0.7 } },
  { problem: 'strepThroat', ages: [5, 45], days: 10, story: 'Sore throat and fever since yesterday, no cough.', shifts: { temperature: 1.6, heartRate: 12 }, panels: ['strepTest'], treat: forThroatOrEar },
  { problem: 'otitisMedia', ages: [0, 9], days: 10, story: 'Ear pain and a bad night after a cold.', shifts: { temperature: 1.5, heartRate: 14 }, treat: forThroatOrEar },
  { problem: 'bronchitis', ages: [18, 99], days: 18, story: 'Cough for a week after a cold, some white sputum.' },
  { problem: 'gastroenteritis', ages: [1, 99], days: 5, story: 'Vomiting and watery stools for two days; drinks and keeps it down since this morning.', shifts: { heartRate: 8, temperature: 0.5 } },
  {
    problem: 'urinaryInfection',
    ages: [18, 99],
    sex: 'female',
    days: 7,
    story: 'Burning on passing urine, and frequency, for two days. No fever, no flank pain.',
    panels: ['urinalysis'],
    // Nitrofurantoin does not reach the urine of failing kidneys, and lungs suffer from it.
    treat: (person) =>
      person.diseases.has('chronic-kidney-disease')
        ? reactsTo(person.allergies, 'penicillin')
          ? undefined
          : { drug: 'cephalexin500', sig: { amount: 1, times: 2, extra: 'for 7 days' }, days: 7 }
        : { drug: 'nitrofurantoin100', sig: { amount: 1, times: 2, extra: 'for 5 days' }, days: 5 },
  },
  {
    problem: 'cellulitis',
    ages: [18, 99],
    days: 12,
    story: 'Red, warm, tender skin on the shin after a scratch, spreading since yesterday.',
    shifts: { temperature: 0.6, whiteCells: 3 },
    panels: ['bloodCount'],
    treat: (person) =>
      reactsTo(person.allergies, 'penicillin')
        ? person.diseases.has('pregnancy')
          ? undefined
          : { drug: 'doxycycline100', sig: { amount: 1, times: 2, extra: 'for 7 days' }, days: 7 }
        : { drug: 'cephalexin500', sig: { amount: 1, times: 4, extra: 'for 7 days' }, days: 7 },
  },
  { problem: 'lowBackPain', ages: [20, 85], days: 30, story: 'Low back pain since lifting boxes; no weakness, no numbness.', treat: forPain },
  { problem: 'ankleSprain', ages: [8, 60], days: 25, story: 'Twisted the ankle on the stairs; swollen outside, can bear weight.', treat: forPain },
]

/** What everybody gets now and then: a day with a diagnosis, a remedy that suits the person, and an end. */
export function acuteIllnesses(person: Person, rng: Rng): Course {
  const problems: Problem[] = []
  const prescriptions: Prescription[] = []
  const visits: PlannedVisit[] = []
  let day: Day = person.from
  for (;;) {
    const age = ageOn(person, day)
    day += age < 6 ? rng.int(90, 500) : rng.int(200, 1300)
    if (day + 30 > person.until) break
    const on = workingDay(day)
    const ageThen = ageOn(person, on)
    const [first, ...others] = illnesses.filter(({ ages, sex }) => ageThen >= ages[0] && ageThen <= ages[1] && (sex === undefined || sex === person.sex))
    if (first === undefined) continue
    const illness = rng.pick([first, ...others])
    problems.push({ problem: illness.problem, onset: on - rng.int(0, 2), precision: 'day', recorded: on, abated: on + illness.days, list: 'encounter-diagnosis' })
    visits.push({
      day: on,
      type: rng.chance(0.15) ? 'emergency' : 'acute',
      reason: illness.problem,
      story: illness.story,
      ...(illness.shifts !== undefined && { shifts: illness.shifts }),
      ...(illness.panels !== undefined && { panels: illness.panels }),
    })
    const treatment = illness.treat?.(person, ageThen)
    if (treatment !== undefined) prescriptions.push({ drug: treatment.drug, sig: treatment.sig, from: on, until: on + treatment.days, reason: illness.problem })
  }
  return { problems, prescriptions, visits }
}
