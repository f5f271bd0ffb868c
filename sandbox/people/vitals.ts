import type { Day } from './calendar.ts'
import { ageOn, type Person } from './person.ts'
import type { Physiology, Shifts } from './physiology.ts'
import type { Rng } from './random.ts'

/** One set of vital signs. Which are taken depends on age and occasion. */
export interface Vitals {
  readonly day: Day
  readonly minute: number
  readonly systolic?: number
  readonly diastolic?: number
  readonly heartRate: number
  readonly respiratoryRate: number
  /** Percent. */
  readonly saturation: number
  /** Degrees Celsius. */
  readonly temperature: number
  /** Kilograms. */
  readonly weight: number
  /** Centimetres. */
  readonly height?: number
  readonly bodyMassIndex?: number
  readonly headCircumference?: number
  readonly fundalHeight?: number
  readonly fetalHeartRate?: number
}

interface Occasion {
  readonly person: Person
  readonly day: Day
  readonly minute: number
  readonly body: Physiology
  readonly shifts: Shifts
  readonly rng: Rng
  readonly isHeightDue: boolean
  /** Weeks, where there is a pregnancy. */
  readonly gestation?: number
}

const to = (decimals: number, value: number) => Number(value.toFixed(decimals))

/** Median head circumference in cm: WHO, birth to two years, as a curve through 34.5, 43, 46 and 48. */
function headAt(ageYears: number): number {
  return 34.5 + 13.5 * (1 - Math.exp(-2.2 * ageYears))
}

/** Takes the vital signs. */
export function taken({ person, day, minute, body, shifts, rng, isHeightDue, gestation }: Occasion): Vitals {
  const age = ageOn(person, day)
  const sample = (measure: Parameters<Physiology['sample']>[0]) => body.sample(measure, day, rng, shifts)
  const weight = to(age < 2 ? 2 : 1, sample('weight'))
  const height = to(1, body.level('height', day))
  const systolic = Math.round(sample('systolic'))
  // The two pressures never meet, whatever chance and illness do to each.
  const diastolic = Math.min(Math.round(sample('diastolic')), systolic - 18)
  return {
    day,
    minute,
    ...(age >= 3 && { systolic, diastolic }),
    heartRate: Math.round(sample('heartRate')),
    respiratoryRate: Math.round(sample('respiratoryRate')),
    saturation: Math.round(sample('saturation')),
    temperature: to(1, sample('temperature')),
    weight,
    ...(isHeightDue && { height }),
    ...(age >= 2 && { bodyMassIndex: to(1, weight / (height / 100) ** 2) }),
    ...(age < 2 && { headCircumference: to(1, headAt((day - person.born) / 365.25) + rng.normal(0, 0.3)) }),
    // From 20 weeks on the fundus stands at about as many centimetres as there are weeks.
    ...(gestation !== undefined && gestation >= 20 && { fundalHeight: Math.round(gestation + rng.normal(0, 0.8)) }),
    ...(gestation !== undefined && gestation >= 12 && { fetalHeartRate: Math.round(rng.normal(145, 6)) }),
  }
}
