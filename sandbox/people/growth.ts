import type { Person } from './person.ts'

/**
 * Median height (cm) and weight (kg) by age in years, rounded to the half.
 * Source: WHO child growth standards to 2 years, CDC growth charts (2000) from there.
 */
const medians = {
  female: [
    [0, 49, 3.2],
    [0.25, 60, 5.8],
    [0.5, 65.5, 7.3],
    [1, 74, 9],
    [2, 86, 11.5],
    [4, 101, 16],
    [6, 115, 20],
    [8, 127.5, 25.5],
    [10, 138, 33],
    [12, 151, 41.5],
    [14, 160, 49.5],
    [16, 162.5, 54],
    [18, 163, 57],
  ],
  male: [
    [0, 50, 3.3],
    [0.25, 61.5, 6.4],
    [0.5, 67.5, 7.9],
    [1, 75.5, 9.6],
    [2, 87, 12.2],
    [4, 102.5, 16.5],
    [6, 115.5, 20.7],
    [8, 128, 25.5],
    [10, 138.5, 32],
    [12, 149, 40.5],
    [14, 164, 51],
    [16, 173.5, 61],
    [18, 176, 67],
  ],
} as const satisfies Record<string, readonly (readonly [number, number, number])[]>

/** Height in cm and weight in kg of this person at an age in years: a channel of their own in childhood, a body mass index of their own after. */
export function growthAt({ sex, rng, diseases }: Pick<Person, 'sex' | 'rng' | 'diseases'>, age: number): { height: number; weight: number } {
  const own = rng.fork('growth')
  const channel = own.normal(0, 0.03)
  const bulk = own.normal(0, 0.06)
  const points = medians[sex]
  const before = points.findLast(([at]) => at <= age) ?? points[0]
  const after = points.find(([at]) => at > age) ?? before
  const share = after[0] === before[0] ? 0 : (age - before[0]) / (after[0] - before[0])
  const height = (before[1] + share * (after[1] - before[1])) * (1 + channel)
  const childWeight = (before[2] + share * (after[2] - before[2])) * (1 + 2 * channel + bulk)
  if (age < 18) return { height, weight: childWeight }
  // Body mass index as NHANES finds it: two adults in five from 30 on, one in ten from 40 on, a long tail upwards; higher with diabetes.
  const median = diseases.has('type-2-diabetes') ? 31 : 28
  const bodyMassIndex = Math.max(17.5, median * Math.exp(own.normal(0, 0.235)))
  const adultWeight = bodyMassIndex * (height / 100) ** 2
  const grown = Math.min(1, (age - 18) / 16)
  return { height: height * (age > 60 ? 1 - (age - 60) * 0.0008 : 1), weight: childWeight + grown * (adultWeight - childWeight) }
}
