import type { Course } from '../course.ts'
import type { Person } from '../person.ts'

/** The entries that a chart must not show as true: a diagnosis refuted, one entered for the wrong patient, a prescription entered in error. */
export function mistakes(person: Person): Course {
  const early = person.from + 200
  const late = person.from + 700
  return {
    problems: [
      {
        problem: 'gout',
        onset: early,
        precision: 'month',
        recorded: early,
        list: 'problem-list-item',
        verification: 'refuted',
        note: 'Joint fluid showed no crystals.',
      },
      {
        problem: 'typeTwoDiabetes',
        onset: late,
        precision: 'day',
        recorded: late,
        list: 'problem-list-item',
        verification: 'entered-in-error',
        note: 'Entered for another patient.',
      },
    ],
    prescriptions: [{ drug: 'metformin500', sig: { amount: 1, times: 2 }, from: late, ending: 'entered-in-error', stopReason: 'Entered for another patient', reason: 'typeTwoDiabetes' }],
  }
}
