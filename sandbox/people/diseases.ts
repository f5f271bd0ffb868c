import type { Rng } from './random.ts'

const diseases = [
  'type-2-diabetes',
  'hypertension',
  'hyperlipidemia',
  'chronic-kidney-disease',
  'copd',
  'asthma',
  'heart-failure',
  'atrial-fibrillation',
  'coronary-disease',
  'hypothyroidism',
  'depression',
  'osteoarthritis',
  'gout',
  'reflux',
  'dementia',
  'breast-cancer',
  'sickle-cell',
  'pregnancy',
] as const

export type Disease = (typeof diseases)[number]

/** Percent of people who have it, by age: below 18, 18 to 44, 45 to 64, from 65. */
type ByAge = readonly [child: number, young: number, middle: number, old: number]

/**
 * Diagnosed prevalence in percent: the order of magnitude of what CDC and NCHS publish for the US, rounded, and not more.
 * README.md says for each where it comes from, and what was simplified.
 */
const prevalence: Record<Disease, { readonly female: ByAge; readonly male: ByAge; readonly earliest: number }> = {
  'type-2-diabetes': { female: [0, 5, 14, 24], male: [0, 5, 16, 26], earliest: 28 },
  hypertension: { female: [0, 11, 34, 60], male: [0, 16, 39, 58], earliest: 25 },
  hyperlipidemia: { female: [0, 8, 28, 48], male: [0, 10, 32, 46], earliest: 30 },
  'chronic-kidney-disease': { female: [0, 0, 4, 18], male: [0, 0, 4, 15], earliest: 45 },
  copd: { female: [0, 0, 7, 13], male: [0, 0, 6, 12], earliest: 45 },
  asthma: { female: [6, 10, 11, 9], male: [8, 6, 6, 6], earliest: 3 },
  'heart-failure': { female: [0, 0, 1, 7], male: [0, 0, 2, 8], earliest: 50 },
  'atrial-fibrillation': { female: [0, 0, 1, 8], male: [0, 0, 2, 10], earliest: 50 },
  'coronary-disease': { female: [0, 0, 4, 14], male: [0, 1, 7, 22], earliest: 42 },
  hypothyroidism: { female: [0, 4, 9, 14], male: [0, 1, 2, 5], earliest: 22 },
  depression: { female: [0, 11, 11, 8], male: [0, 6, 6, 5], earliest: 18 },
  osteoarthritis: { female: [0, 1, 14, 32], male: [0, 1, 11, 24], earliest: 40 },
  gout: { female: [0, 0, 1, 4], male: [0, 2, 6, 9], earliest: 35 },
  reflux: { female: [0, 8, 14, 16], male: [0, 8, 14, 15], earliest: 20 },
  dementia: { female: [0, 0, 0, 9], male: [0, 0, 0, 7], earliest: 70 },
  'breast-cancer': { female: [0, 0.5, 2, 6], male: [0, 0, 0, 0], earliest: 38 },
  'sickle-cell': { female: [0, 0, 0, 0], male: [0, 0, 0, 0], earliest: 0 },
  pregnancy: { female: [0, 12, 0, 0], male: [0, 0, 0, 0], earliest: 18 },
}

/** What a pregnant woman of these records may have besides: everything else is left out, and its drugs with it. */
const besidePregnancy: ReadonlySet<Disease> = new Set(['pregnancy', 'asthma', 'hypothyroidism', 'depression', 'reflux'])

interface Candidate {
  readonly age: number
  readonly sex: 'female' | 'male'
  readonly hasSmoked: boolean
  readonly isOfAfricanDescent: boolean
}

/** The age at which a disease starts at the earliest, years. */
export function earliestAge(disease: Disease): number {
  return prevalence[disease].earliest
}

/** Which diseases a person has. They cluster as they do in life: kidney disease with diabetes, COPD with smoking. */
export function drawDiseases({ age, sex, hasSmoked, isOfAfricanDescent }: Candidate, rng: Rng): ReadonlySet<Disease> {
  const band = age < 18 ? 0 : age < 45 ? 1 : age < 65 ? 2 : 3
  const has = new Set<Disease>()
  const factor = (disease: Disease): number => {
    if (disease === 'chronic-kidney-disease') return has.has('type-2-diabetes') || has.has('hypertension') ? 1.6 : 0.4
    if (disease === 'hyperlipidemia' || disease === 'coronary-disease') return has.has('type-2-diabetes') ? 1.6 : 0.9
    if (disease === 'heart-failure') return has.has('hypertension') ? 1.5 : 0.4
    if (disease === 'copd') return hasSmoked ? 2.2 : 0
    return 1
  }
  for (const disease of diseases) {
    if (age <= prevalence[disease].earliest) continue
    // About 1 in 365 births of African Americans (CDC); higher here, so that a town of thousands has some.
    const share = disease === 'sickle-cell' ? (isOfAfricanDescent && age < 60 ? 1 : 0) : prevalence[disease][sex][band] * factor(disease)
    if (rng.chance(share / 100)) has.add(disease)
  }
  return tidied(has, age)
}

/** Takes out what does not go together. */
export function tidied(has: ReadonlySet<Disease>, age: number): ReadonlySet<Disease> {
  const kept = new Set(has)
  if (kept.has('copd')) kept.delete('asthma')
  if (kept.has('pregnancy') && age > 42) kept.delete('pregnancy')
  if (kept.has('pregnancy')) for (const disease of has) if (!besidePregnancy.has(disease)) kept.delete(disease)
  return kept
}
