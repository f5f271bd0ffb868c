import { workingDay } from '../calendar.ts'
import type { Course, DiseaseModule } from '../course.ts'
import { moves } from '../physiology.ts'
import { standing } from '../treatments.ts'

/** Hypothyroidism: TSH high at diagnosis, back in range within three months of levothyroxine. */
export const hypothyroidism: DiseaseModule = (person, onset, rng): Course => {
  const rise = rng.normal(11, 3)
  return {
    problems: [standing(person, 'hypothyroidism', onset)],
    prescriptions: [{ drug: 'levothyroxine75', sig: { amount: 1, times: 1, extra: 'on an empty stomach' }, from: onset, reason: 'hypothyroidism' }],
    visits: [onset, workingDay(onset + 56), workingDay(onset + 120)].map((day) => ({ day, type: 'followUp', reason: 'hypothyroidism', panels: ['thyroid'] })),
    monitoring: [{ panel: 'thyroid', everyDays: 350, from: onset }],
    routines: [{ everyDays: 340, from: onset }],
    trends: [
      moves('thyrotropin', onset - 500, rise, 500),
      moves('thyroxine', onset - 500, -0.55, 500),
      moves('thyrotropin', onset, -rise, 90),
      moves('thyroxine', onset, 0.55, 90),
    ],
  }
}

/** Major depression: PHQ-9 falls over months with an SSRI; the first one is stopped by some, and some get well and stop. */
export const depression: DiseaseModule = (person, onset, rng): Course => {
  const changes = rng.chance(0.3)
  const changed = workingDay(onset + 42)
  const recovers = rng.chance(0.4)
  const recovered = workingDay(onset + rng.int(500, 1100))
  const ending = recovers ? { until: recovered } : {}
  return {
    problems: [standing(person, 'depression', onset, recovers ? recovered : undefined)],
    prescriptions: changes
      ? [
          { drug: 'escitalopram10', sig: { amount: 1, times: 1 }, from: onset, until: changed, ending: 'stopped', stopReason: 'Nausea', reason: 'depression' },
          { drug: 'sertraline100', sig: { amount: 0.5, times: 1, extra: 'in the morning' }, from: changed, ...ending, reason: 'depression' },
        ]
      : [{ drug: 'escitalopram10', sig: { amount: 1, times: 1 }, from: onset, ...ending, reason: 'depression' }],
    visits: [
      { day: onset, type: 'followUp', reason: 'depression', story: 'Low mood for three months, waking at four, no pleasure in anything. No thoughts of suicide.' },
      ...[changed, workingDay(onset + 100), ...(recovers ? [recovered] : [])].map((day) => ({ day, type: 'video', reason: 'depression' }) as const),
    ],
    routines: [{ everyDays: 180, from: onset, ...ending }],
    trends: [moves('mood', onset - 120, rng.normal(13, 2), 120), moves('mood', onset, -rng.normal(9, 1.5), 150), moves('worry', onset - 120, rng.normal(7, 2), 120), moves('worry', onset, -rng.normal(5, 1.2), 150)],
    scoresFrom: onset,
    goals: [{ text: 'PHQ-9 total score below 5', problem: 'depression', from: onset }],
  }
}

/** Dementia: begins late, donepezil. */
export const dementia: DiseaseModule = (person, onset): Course => ({
  problems: [standing(person, 'dementia', onset)],
  prescriptions: [{ drug: 'donepezil5', sig: { amount: 1, times: 1, extra: 'at bedtime' }, from: onset, reason: 'dementia' }],
  visits: [{ day: onset, type: 'followUp', reason: 'dementia', panels: ['thyroid', 'metabolic', 'bloodCount'], story: 'The family reports two years of repeated questions and unpaid bills.' }],
  routines: [{ everyDays: 180, from: onset }],
})
