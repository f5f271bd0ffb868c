import { ageOn, isWritten, type Person } from './person.ts'
import type { Disease } from './diseases.ts'
import type { ProblemKey } from './codes/problems.ts'
import type { Rng } from './random.ts'

export type Kinship = 'mother' | 'father' | 'sister' | 'brother'

/** A relative as the patient tells of them. */
export interface Relative {
  readonly kinship: Kinship
  readonly conditions: readonly { readonly problem: ProblemKey; readonly atAge: number; readonly wasFatal: boolean }[]
  /** Age at death, years. */
  readonly diedAt?: number
  /** Nobody knows: adopted, or never met. */
  readonly isUnknown?: true
}

/** What runs in families, how common it is in a parent, and how much more so where the patient has it (a round factor of two to three). */
const heritable: readonly { readonly problem: ProblemKey; readonly disease: Disease; readonly share: number; readonly factor: number; readonly sex?: 'female'; readonly from: number; readonly to: number }[] = [
  { problem: 'typeTwoDiabetes', disease: 'type-2-diabetes', share: 0.15, factor: 2.8, from: 42, to: 68 },
  { problem: 'hypertension', disease: 'hypertension', share: 0.32, factor: 1.7, from: 38, to: 62 },
  { problem: 'coronaryDisease', disease: 'coronary-disease', share: 0.12, factor: 2.4, from: 48, to: 72 },
  { problem: 'breastCancer', disease: 'breast-cancer', share: 0.08, factor: 2, sex: 'female', from: 44, to: 70 },
  { problem: 'depression', disease: 'depression', share: 0.09, factor: 2.5, from: 22, to: 50 },
  { problem: 'asthma', disease: 'asthma', share: 0.09, factor: 2.5, from: 5, to: 30 },
  { problem: 'dementia', disease: 'dementia', share: 0.1, factor: 1.8, from: 70, to: 86 },
]

function relative(kinship: Kinship, person: Person, rng: Rng): Relative {
  const isWoman = kinship === 'mother' || kinship === 'sister'
  const isParent = kinship === 'mother' || kinship === 'father'
  const age = Math.min(95, ageOn(person, person.until) + (isParent ? rng.int(22, 38) : rng.int(-6, 6)))
  if (person.diseases.has('sickle-cell') && isParent) return { kinship, conditions: [{ problem: 'sickleCellTrait', atAge: 0, wasFatal: false }] }
  if (rng.chance(0.03)) return { kinship, conditions: [], isUnknown: true }
  const isDead = isParent && (age > 90 || rng.chance(Math.max(0, (age - 55) / 45)))
  const lived = isDead ? Math.max(45, age - rng.int(1, 14)) : Math.max(1, age)
  const conditions = heritable.flatMap(({ problem, disease, share, factor, sex, from, to }) => {
    const atAge = rng.int(from, to)
    const isLikely = rng.chance(share * (person.diseases.has(disease) ? factor : 1))
    if (!isLikely || atAge > lived || (sex === 'female' && !isWoman)) return []
    return [{ problem, atAge, wasFatal: isDead && (problem === 'coronaryDisease' || problem === 'breastCancer') && rng.chance(0.4) }]
  })
  return { kinship, conditions, ...(isDead && { diedAt: lived }) }
}

/** Who was asked about: both parents in about half of the records of adults, and now and then a sister or a brother. */
export function familyOf(person: Person): readonly Relative[] {
  const rng = person.rng.fork('family')
  if (!isWritten(person, rng, person.diseases.has('sickle-cell') ? 1 : 0.5)) return []
  const siblings: Kinship[] = rng.chance(0.35) ? [rng.pick(['sister', 'brother'])] : []
  const kin: readonly Kinship[] = ['mother', 'father', ...siblings]
  return kin.map((kinship) => relative(kinship, person, rng.fork(kinship)))
}
