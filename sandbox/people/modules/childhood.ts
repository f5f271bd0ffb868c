import { addYears, type Day, workingDay, yearOf } from '../calendar.ts'
import type { VaccineKey } from '../codes/vaccines.ts'
import type { Course, Dose, PlannedVisit } from '../course.ts'
import type { Person } from '../person.ts'
import type { Rng } from '../random.ts'

/** Well-child visits in months (AAP Bright Futures), and what is given there (ACIP's childhood schedule, simplified). */
const calendar: readonly { readonly month: number; readonly vaccines: readonly VaccineKey[] }[] = [
  { month: 1, vaccines: ['hepatitisB'] },
  { month: 2, vaccines: ['rotavirus', 'dtap', 'hib', 'pneumococcal13', 'polio'] },
  { month: 4, vaccines: ['rotavirus', 'dtap', 'hib', 'pneumococcal13', 'polio'] },
  { month: 6, vaccines: ['rotavirus', 'dtap', 'hib', 'pneumococcal13', 'polio', 'hepatitisB'] },
  { month: 9, vaccines: [] },
  { month: 12, vaccines: ['mmr', 'varicella', 'hepatitisA'] },
  { month: 15, vaccines: ['dtap', 'hib', 'pneumococcal13'] },
  { month: 18, vaccines: ['hepatitisA'] },
  { month: 24, vaccines: [] },
  { month: 30, vaccines: [] },
  ...[36, 48, 60, 72, 84, 96, 108, 120, 132, 144, 156, 168, 180, 192, 204].map((month) => ({
    month,
    vaccines: month === 48 ? (['dtap', 'polio', 'mmr', 'varicella'] as const) : month === 132 ? (['tdap', 'hpv', 'meningococcal'] as const) : month === 144 ? (['hpv'] as const) : [],
  })),
]

/** Childhood: the visits and the vaccines, for as long as it lasts or lasted. One in thirty families refuses some. */
export function childhood(person: Person, rng: Rng): Course {
  const grownUp = addYears(person.born, 18)
  const isRefuser = rng.chance(0.03)
  const visits: PlannedVisit[] = []
  const doses: Dose[] = [{ vaccine: 'hepatitisB', day: person.born }]
  for (const { month, vaccines } of calendar) {
    const day: Day = workingDay(person.born + Math.round(month * 30.44) + rng.int(0, 12))
    if (day >= grownUp) break
    visits.push({ day, type: 'wellChild', ...((month === 12 || month === 24) && { panels: ['bloodCount'] as const }) })
    for (const each of vaccines) {
      // ACIP took up the 20-valent conjugate for children in the autumn of 2023.
      const vaccine = each === 'pneumococcal13' && yearOf(day) >= 2024 ? 'pneumococcal20' : each
      doses.push({ vaccine, day, ...(isRefuser && rng.chance(0.4) && { isRefused: true }) })
    }
  }
  // An adult's childhood vaccines were given elsewhere, and nobody entered them.
  return person.born + 20 * 365 < person.until ? {} : { visits, doses }
}
