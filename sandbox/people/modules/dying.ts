import type { Course } from '../course.ts'
import type { Person } from '../person.ts'

/** The last stay in hospital of a person who died there. */
export function dying({ died, from }: Person): Course {
  if (died === undefined || died - 4 < from) return {}
  return {
    problems: [{ problem: 'pneumonia', onset: died - 4, precision: 'day', recorded: died - 4, list: 'encounter-diagnosis' }],
    visits: [
      {
        day: died - 4,
        type: 'inpatient',
        reason: 'pneumonia',
        nights: 4,
        panels: ['bloodCount', 'metabolic'],
        procedures: ['chestXray'],
        shifts: { saturation: -9, respiratoryRate: 12, heartRate: 26, temperature: 1.6, whiteCells: 9, systolic: -18 },
        ending: 'died',
        story: 'Fever, confusion and breathlessness for two days.',
      },
    ],
  }
}
