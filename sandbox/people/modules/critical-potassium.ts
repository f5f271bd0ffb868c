import type { Course } from '../course.ts'
import type { Person } from '../person.ts'

/** In hospital since yesterday: the latest potassium is one that the laboratory telephones. */
export function criticalPotassium({ until }: Person): Course {
  return {
    problems: [{ problem: 'hyperkalemia', onset: until, precision: 'day', recorded: until, list: 'encounter-diagnosis' }],
    visits: [
      {
        day: until,
        type: 'inpatient',
        reason: 'hyperkalemia',
        nights: 0,
        panels: ['metabolic', 'bloodCount', 'troponin'],
        procedures: ['electrocardiogram'],
        // Above any level that the disease itself gives, and above the critical limit of 6.2.
        shifts: { potassium: 2.4, bicarbonate: -4, kidneys: -8 },
        ending: 'still-there',
        story: 'Weak since two days, sent in by the clinic for a high potassium. Has eaten little and taken his tablets.',
      },
    ],
  }
}
