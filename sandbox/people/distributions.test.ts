import { beforeAll, describe, expect, it } from 'vitest'
import { dayOf } from './calendar.ts'
import { caseNames } from './cases.ts'
import type { Disease } from './diseases.ts'
import { type History, historyOf } from './history.ts'
import { ageOn, makePerson, type Person } from './person.ts'
import { today } from './population.testing.ts'

/** How many are looked at: 400 in every run; `CHARTKEEP_POPULATION=10000` for the whole town. */
const size = Number(process.env['CHARTKEEP_POPULATION'] ?? 400)

/** A share in percent, as README.md says where it comes from. */
interface Band {
  readonly what: string
  readonly of?: (person: Person, history: History) => boolean
  readonly who: (person: Person, history: History) => boolean
  readonly from: number
  readonly to: number
}

const age = (person: Person) => ageOn(person, person.until)
const between = (low: number, high: number) => (person: Person) => age(person) >= low && age(person) <= high
const isAdult = between(18, 130)
const has = (disease: Disease) => ({ diseases }: Person) => diseases.has(disease)
const lastVitals = ({ episodes }: History) => episodes.flatMap(({ vitals }) => vitals).at(-1)
const bodyMass = (history: History) => lastVitals(history)?.bodyMassIndex
/** The last pressure taken at a clinic: who is ill or in hospital is not measured for this. */
const pressure = ({ episodes }: History) => episodes.filter(({ visit }) => visit.shifts === undefined && visit.type !== 'inpatient').flatMap(({ vitals }) => vitals).at(-1)?.systolic
const lastResult = ({ episodes }: History, analyte: string) => {
  const result = episodes.flatMap(({ draws }) => draws).flatMap(({ results }) => results).findLast((each) => each.kind === 'number' && each.analyte === analyte)
  return result?.kind === 'number' ? result.value : undefined
}
const isListed = ({ allergies }: Person, allergen: string) => allergies.kind === 'listed' && allergies.allergies.some((each) => each.allergen === allergen)
const within = (value: number | undefined, low: number, high: number) => value !== undefined && value >= low && value < high

const inAdults = (what: Disease, from: number, to: number): Band => ({ what, of: isAdult, who: has(what), from, to })

const bands: readonly Band[] = [
  { what: 'women and girls', who: ({ sex }) => sex === 'female', from: 50, to: 56 },
  { what: 'younger than 18', who: between(0, 17), from: 13, to: 19 },
  { what: '18 to 44', who: between(18, 44), from: 25, to: 31 },
  { what: '45 to 64', who: between(45, 64), from: 23, to: 29 },
  { what: '65 to 79', who: between(65, 79), from: 18, to: 24 },
  { what: '80 and older', who: between(80, 130), from: 6, to: 11 },
  { what: 'died within two years', who: ({ died }) => died !== undefined, from: 0.8, to: 3 },
  inAdults('type-2-diabetes', 10, 16),
  { what: 'type-2-diabetes at 18 to 44', of: between(18, 44), who: has('type-2-diabetes'), from: 1.5, to: 4.5 },
  { what: 'type-2-diabetes from 65', of: between(65, 130), who: has('type-2-diabetes'), from: 20, to: 29 },
  inAdults('hypertension', 29, 40),
  { what: 'hypertension from 65', of: between(65, 130), who: has('hypertension'), from: 52, to: 66 },
  { what: 'chronic-kidney-disease from 65', of: between(65, 130), who: has('chronic-kidney-disease'), from: 14, to: 24 },
  inAdults('asthma', 6, 10),
  { what: 'asthma in children', of: between(0, 17), who: has('asthma'), from: 4, to: 8.5 },
  inAdults('copd', 3.5, 7),
  inAdults('depression', 6, 10.5),
  inAdults('heart-failure', 1.5, 4),
  inAdults('coronary-disease', 5.5, 10),
  { what: 'smokes daily', of: isAdult, who: ({ smoking }) => smoking === 'daily', from: 10, to: 15 },
  { what: 'has smoked', of: isAdult, who: ({ smoking }) => smoking === 'former', from: 19, to: 26 },
  { what: 'penicillin on the allergy list', who: (person) => isListed(person, 'penicillin'), from: 8, to: 12 },
  { what: 'no known allergies, asserted', who: ({ allergies }) => allergies.kind === 'none-known', from: 43, to: 60 },
  { what: 'body mass index from 30, adults weighed', of: (person, history) => isAdult(person) && bodyMass(history) !== undefined, who: (_, history) => within(bodyMass(history), 30, 200), from: 34, to: 46 },
  { what: 'body mass index from 40, adults weighed', of: (person, history) => isAdult(person) && bodyMass(history) !== undefined, who: (_, history) => within(bodyMass(history), 40, 200), from: 5, to: 12 },
  { what: 'systolic below 130 with hypertension', of: (person, history) => has('hypertension')(person) && pressure(history) !== undefined, who: (_, history) => within(pressure(history), 0, 130), from: 28, to: 55 },
  { what: 'systolic below 130 without', of: (person, history) => isAdult(person) && !has('hypertension')(person) && pressure(history) !== undefined, who: (_, history) => within(pressure(history), 0, 130), from: 78, to: 95 },
  { what: 'A1c from 7 with diabetes', of: (person, history) => has('type-2-diabetes')(person) && lastResult(history, 'glycatedHemoglobin') !== undefined, who: (_, history) => within(lastResult(history, 'glycatedHemoglobin'), 7, 20), from: 40, to: 62 },
  { what: 'A1c above 9 with diabetes', of: (person, history) => has('type-2-diabetes')(person) && lastResult(history, 'glycatedHemoglobin') !== undefined, who: (_, history) => within(lastResult(history, 'glycatedHemoglobin'), 9, 20), from: 5, to: 16 },
  {
    what: 'vaccinated against influenza within the year, adults',
    of: isAdult,
    who: ({ until }, { doses }) => doses.some(({ vaccine, day, isRefused }) => vaccine.startsWith('influenza') && isRefused !== true && day > until - 365),
    from: 41,
    to: 57,
  },
]

/** How far a share of a sample may lie from that of the town: three standard errors, and a half for the rounding. */
const slack = (percent: number, count: number) => 3 * Math.sqrt(((percent / 100) * (1 - percent / 100)) / count) * 100 + (count < 5_000 ? 0.5 : 0)

describe(`the town, by ${size.toLocaleString('en-US')} of its people`, { timeout: 600_000 }, () => {
  // One after the other: ten thousand lives at once would be a gigabyte.
  const counts = bands.map(() => ({ asked: 0, found: 0 }))
  beforeAll(() => {
    for (let place = 0; place < size; place += 1) {
      const person = makePerson(1, caseNames.length + place, dayOf(today))
      const history = historyOf(person)
      for (const [which, { of = () => true, who }] of bands.entries()) {
        const count = counts[which]
        if (count === undefined || !of(person, history)) continue
        count.asked += 1
        if (who(person, history)) count.found += 1
      }
    }
  }, 600_000)

  it.each(bands.map((band, which) => ({ ...band, which })))('has $what in $from to $to of a hundred', ({ which, from, to }) => {
    const { asked = 0, found = 0 } = counts[which] ?? {}
    const percent = (100 * found) / asked
    expect(asked).toBeGreaterThan(size / 40)
    expect(percent).toBeGreaterThanOrEqual(from - slack(from, asked))
    expect(percent).toBeLessThanOrEqual(to + slack(to, asked))
  })
})
