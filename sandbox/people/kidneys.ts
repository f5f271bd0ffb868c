import type { Day } from './calendar.ts'
import type { Person } from './person.ts'
import { drifts, moves, physiologyOf, type Trend } from './physiology.ts'

/** How chronic kidney disease takes filtration away. Known apart from its module, since the doses of other diseases' drugs depend on it. */
export function kidneyTrends(person: Person): readonly Trend[] {
  const onset = person.diseases.get('chronic-kidney-disease')
  if (onset === undefined) return []
  const rng = person.rng.fork('kidneys')
  const healthy = physiologyOf(person, []).level('kidneys', onset)
  const atDiagnosis = rng.normal(52, 4)
  return [moves('kidneys', onset - 900, atDiagnosis - healthy, 900), drifts('kidneys', onset, -rng.normal(2.2, 0.8), 34)]
}

/** mL/min/1.73 m2, without the day-to-day variation. */
export function filtrationOn(person: Person, day: Day): number {
  return physiologyOf(person, kidneyTrends(person)).level('kidneys', day)
}

/** The first day, to the month, on which filtration is below a value; undefined when the record ends before. */
export function firstDayBelow(person: Person, filtration: number, from: Day): Day | undefined {
  const body = physiologyOf(person, kidneyTrends(person))
  for (let day = from; day <= person.until; day += 30) if (body.level('kidneys', day) < filtration) return day
  return undefined
}

/**
 * Creatinine in mg/dL for a filtration: the CKD-EPI 2021 equation turned round (Inker et al., NEJM 2021;385:1737).
 * For adults; a child's is taken from age in `labs.ts`.
 */
export function creatinineFor(filtration: number, sex: 'female' | 'male', age: number): number {
  const { kappa, alpha, factor } = constants[sex]
  const ratio = filtration / (142 * 0.9938 ** age * factor)
  return kappa * (ratio < 1 ? ratio ** (-1 / 1.2) : ratio ** (1 / alpha))
}

/** eGFR in mL/min/1.73 m2 from creatinine in mg/dL, by the same equation, as a laboratory reports it. */
export function filtrationFor(creatinine: number, sex: 'female' | 'male', age: number): number {
  const { kappa, alpha, factor } = constants[sex]
  const ratio = creatinine / kappa
  return 142 * Math.min(ratio, 1) ** alpha * Math.max(ratio, 1) ** -1.2 * 0.9938 ** age * factor
}

const constants = {
  female: { kappa: 0.7, alpha: -0.241, factor: 1.012 },
  male: { kappa: 0.9, alpha: -0.302, factor: 1 },
} as const
