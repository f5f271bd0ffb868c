import { addYears, type Day } from './calendar.ts'
import { growthAt } from './growth.ts'
import { ageOn, type Person } from './person.ts'
import type { AnalyteKey } from './codes/laboratory.ts'

/** Analytes that follow from others, and so have no level of their own: `labs.ts` calculates them. */
type DerivedAnalyte = 'creatinine' | 'filtration' | 'hematocrit' | 'redCells' | 'cholesterol' | 'glucose' | 'ureaNitrogen'

/** What a body has a level of: vital signs, analytes, the true filtration of the kidneys, and a mood score. */
export type Measure =
  | Exclude<AnalyteKey, DerivedAnalyte>
  | 'systolic'
  | 'diastolic'
  | 'heartRate'
  | 'respiratoryRate'
  | 'saturation'
  | 'temperature'
  | 'weight'
  | 'height'
  | 'kidneys'
  | 'mood'
  | 'worry'

/** A change that a disease or its treatment makes to a level, added to it. */
export interface Trend {
  readonly measure: Measure
  at(day: Day): number
}

/** A change on one visit alone. */
export type Shifts = Readonly<Partial<Record<Measure, number>>>

/** From `from`, the level moves by `delta` over `days`, and stays there. */
export function moves(measure: Measure, from: Day, delta: number, days: number): Trend {
  return { measure, at: (day) => (day <= from ? 0 : delta * Math.min(1, (day - from) / days)) }
}

/** From `from` on, the level moves by `perYear` each year, up to `limit`. */
export function drifts(measure: Measure, from: Day, perYear: number, limit = Number.POSITIVE_INFINITY): Trend {
  const cap = (value: number) => Math.sign(value) * Math.min(Math.abs(value), limit)
  return { measure, at: (day) => (day <= from ? 0 : cap(((day - from) / 365.25) * perYear)) }
}

interface Typical {
  /** The healthy level of this person at this age. */
  mean(person: Person, age: number): number
  /** How people differ, and how one person varies from day to day (standard deviations). */
  readonly between: number
  readonly within: number
  readonly least: number
  readonly most: number
}

const flat = (mean: number, between: number, within: number, least: number, most: number): Typical => ({ mean: () => mean, between, within, least, most })
const bySex = (female: number, male: number, between: number, within: number, least: number, most: number): Typical => ({
  mean: ({ sex }) => (sex === 'female' ? female : male),
  between,
  within,
  least,
  most,
})
/** Straight lines between (age, value) points. */
function byAge(points: readonly (readonly [age: number, value: number])[], between: number, within: number, least: number, most: number): Typical {
  const mean = (_: Person, age: number): number => {
    const next = points.find(([at]) => at >= age)
    const last = points.findLast(([at]) => at <= age)
    if (next === undefined || last === undefined) return (next ?? last ?? [0, 0])[1]
    return next[0] === last[0] ? last[1] : last[1] + ((age - last[0]) / (next[0] - last[0])) * (next[1] - last[1])
  }
  return { mean, between, within, least, most }
}

/** Healthy levels: textbook adult means, and by age where children differ. */
const typical: Record<Measure, Typical> = {
  systolic: byAge([[0, 75], [1, 88], [6, 97], [12, 108], [18, 117], [50, 123], [90, 130]], 5, 5, 60, 230),
  diastolic: byAge([[0, 45], [1, 52], [6, 60], [12, 66], [18, 73], [50, 76], [90, 70]], 4, 4, 35, 130),
  heartRate: byAge([[0, 138], [1, 118], [6, 92], [12, 82], [18, 74], [90, 72]], 6, 6, 40, 190),
  respiratoryRate: byAge([[0, 42], [1, 30], [6, 22], [12, 18], [18, 15], [90, 16]], 1, 1.2, 8, 60),
  saturation: flat(97.8, 0.6, 0.6, 78, 100),
  temperature: flat(36.7, 0.12, 0.2, 35, 41),
  weight: { mean: (person, age) => growthAt(person, age).weight, between: 0, within: 0.008, least: 2, most: 250 },
  height: { mean: (person, age) => growthAt(person, age).height, between: 0, within: 0, least: 44, most: 215 },
  kidneys: byAge([[0, 80], [2, 115], [30, 112], [60, 92], [90, 68]], 6, 3, 6, 140),
  // PHQ-9 and GAD-7 totals, as far as they go without the item that everybody denies.
  mood: flat(2.6, 1.5, 1.2, 0, 24),
  worry: flat(2.2, 1.3, 1.1, 0, 21),
  sodium: flat(140, 1, 1.3, 118, 160),
  potassium: flat(4.2, 0.15, 0.2, 2.4, 7.4),
  chloride: flat(103, 1, 1.3, 85, 125),
  bicarbonate: flat(25.2, 0.7, 1, 10, 40),
  calcium: flat(9.4, 0.15, 0.15, 6, 14),
  whiteCells: flat(7, 1, 0.7, 0.8, 40),
  hemoglobin: {
    mean: ({ sex }, age) => (age < 12 ? 12.6 : sex === 'female' ? 13.5 : 14.9),
    between: 0.5,
    within: 0.25,
    least: 4.5,
    most: 20,
  },
  cellVolume: byAge([[0, 100], [1, 79], [6, 83], [18, 90]], 2, 0.8, 55, 125),
  platelets: flat(255, 35, 18, 12, 900),
  triglyceride: flat(115, 28, 18, 35, 900),
  hdl: bySex(58, 48, 7, 2.5, 18, 110),
  ldl: byAge([[0, 60], [12, 85], [30, 104], [60, 112]], 13, 6, 18, 320),
  glycatedHemoglobin: flat(5.35, 0.15, 0.08, 4, 15),
  thyrotropin: flat(1.9, 0.5, 0.25, 0.01, 90),
  thyroxine: flat(1.2, 0.1, 0.06, 0.1, 6),
  troponin: flat(6, 1.5, 1.2, 3, 9000),
  natriureticPeptide: byAge([[18, 35], [60, 70], [90, 210]], 15, 12, 10, 30_000),
  inr: flat(1, 0.03, 0.03, 0.8, 11),
  alanineTransferase: flat(21, 5, 3, 5, 900),
  aspartateTransferase: flat(21, 4, 3, 6, 900),
  alkalinePhosphatase: flat(72, 10, 5, 25, 900),
  bilirubin: flat(0.6, 0.12, 0.08, 0.1, 20),
  albumin: flat(4.3, 0.15, 0.1, 1.8, 5.4),
  urineAlbumin: flat(9, 3, 2.5, 2, 4000),
  ferritin: bySex(62, 130, 18, 8, 3, 1500),
  urate: bySex(4.5, 5.9, 0.6, 0.25, 1.5, 14),
  reticulocytes: flat(1.2, 0.25, 0.12, 0.2, 25),
  urineGravity: flat(1.016, 0, 0.004, 1.003, 1.034),
  urinePh: flat(6, 0, 0.4, 5, 8),
}

export interface Physiology {
  /** The level on a day without the day-to-day variation. */
  level(measure: Measure, day: Day): number
  /** The level as measured: with variation, with what happens on that visit, and within what a living body shows. */
  sample(measure: Measure, day: Day, chance: { normal(mean: number, deviation: number): number }, shifts?: Shifts): number
}

/** A person's body under the diseases and treatments of their courses. */
export function physiologyOf(person: Person, trends: readonly Trend[]): Physiology {
  const byMeasure = Map.groupBy(trends, ({ measure }) => measure)
  const constitution = new Map<Measure, number>()
  const own = (measure: Measure): number => {
    const known = constitution.get(measure)
    if (known !== undefined) return known
    const drawn = person.rng.fork(`body/${measure}`).normal(0, typical[measure].between)
    constitution.set(measure, drawn)
    return drawn
  }
  const level = (measure: Measure, day: Day): number => {
    const years = ageOn(person, day)
    const birthday = addYears(person.born, years)
    const age = years + (day - birthday) / 366
    const changes = (byMeasure.get(measure) ?? []).reduce((sum, trend) => sum + trend.at(day), 0)
    return typical[measure].mean(person, age) + own(measure) + changes
  }
  const sample: Physiology['sample'] = (measure, day, chance, shifts = {}) => {
    const { within, least, most } = typical[measure]
    const now = level(measure, day)
    // Weight varies in proportion, everything else by an amount.
    const varied = measure === 'weight' ? now * chance.normal(1, within) : chance.normal(now, within)
    return Math.min(most, Math.max(least, varied + (shifts[measure] ?? 0)))
  }
  return { level, sample }
}
