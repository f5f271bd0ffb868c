import { addYears, type Day, workingDay, yearOf } from '../calendar.ts'
import type { Course, Dose, PlannedVisit, Prescription } from '../course.ts'
import { ageOn, type Person } from '../person.ts'
import type { Rng } from '../random.ts'
import { reactsTo } from '../allergies.ts'

const firstOf = (year: number, month: number): Day => Date.UTC(year, month - 1, 1) / 86_400_000

/** What adults are offered: the yearly examination, vaccines as ACIP recommends them, mammograms and colonoscopies as the USPSTF does. */
export function prevention(person: Person, rng: Rng): Course {
  const visits: PlannedVisit[] = []
  const doses: Dose[] = []
  const refuses = rng.chance(0.12)
  const give = (vaccine: Dose['vaccine'], day: Day, isRefused = refuses) => doses.push({ vaccine, day: workingDay(day), ...(isRefused && { isRefused }) })
  const adultFrom = Math.max(person.from, addYears(person.born, 18))

  for (let year = yearOf(person.from); year <= yearOf(person.until); year++) {
    const day = firstOf(year, 10) + rng.int(0, 45)
    if (ageOn(person, day) < 1 || day < person.from) continue
    // From the autumn of 2024 on, US influenza vaccines hold three strains and no longer four.
    const vaccine = year >= 2024 ? 'influenzaTrivalent' : 'influenzaQuadrivalent'
    if (refuses && rng.chance(0.3)) give(vaccine, day, true)
    else if (!refuses && rng.chance(0.6)) give(vaccine, day)
  }
  if (ageOn(person, firstOf(2021, 5)) >= 16 && !refuses && rng.chance(0.8)) {
    const first = firstOf(2021, 4) + rng.int(0, 60)
    give('covid', first)
    give('covid', first + 23)
  }
  const lastTdap = adultFrom + rng.int(100, 2500)
  give('tdap', lastTdap)
  const turns = (age: number) => addYears(person.born, age)
  if (turns(65) + 60 > firstOf(2022, 1)) give('pneumococcal20', turns(65) + 60)
  if (turns(50) + 90 > firstOf(2018, 6)) {
    give('zoster', turns(50) + 90)
    give('zoster', turns(50) + 170)
  }

  for (let day = adultFrom + rng.int(0, 300); day < person.until; day += rng.int(340, 420)) {
    const age = ageOn(person, day)
    if (age < 18) continue
    const isScreenedForBreast = person.sex === 'female' && age >= 45 && age <= 74 && !person.diseases.has('breast-cancer') && rng.chance(0.45)
    const isScreenedForColon = age >= 46 && age <= 75 && rng.chance(0.1)
    visits.push({
      day: workingDay(day),
      type: 'checkUp',
      panels: [...(rng.chance(0.4) ? (['metabolic'] as const) : []), ...(age >= 40 && rng.chance(0.35) ? (['lipids'] as const) : []), ...(rng.chance(0.2) ? (['bloodCount'] as const) : [])],
      procedures: [...(isScreenedForBreast ? (['mammography'] as const) : []), ...(isScreenedForColon ? (['colonoscopy'] as const) : [])],
    })
    if (age < 35) day += 400
  }
  return { visits, doses, prescriptions: emergencyInjector(person) }
}

/** Who has had an anaphylaxis outside of a clinic carries adrenaline. */
function emergencyInjector(person: Person): readonly Prescription[] {
  if (person.allergies.kind !== 'listed' || !reactsTo(person.allergies, 'peanut', 'beeVenom')) return []
  const cause = person.allergies.allergies.find(({ reaction }) => reaction?.manifestation === 'anaphylaxis')
  if (cause === undefined || ageOn(person, cause.recorded) < 8) return []
  return [{ drug: 'epinephrine', sig: { amount: 1, times: 1, asNeededFor: 'a severe allergic reaction', extra: 'into the outer thigh, then call 911' }, from: cause.recorded, reason: 'allergicReaction' }]
}
