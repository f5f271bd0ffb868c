import type { AllergenKey } from './codes/allergens.ts'
import type { ReactionKey } from './codes/findings.ts'
import type { Day } from './calendar.ts'
import type { Rng } from './random.ts'

export interface Allergy {
  readonly allergen: AllergenKey
  readonly type: 'allergy' | 'intolerance'
  readonly criticality: 'low' | 'high' | 'unable-to-assess'
  /** Absent where nobody wrote down what happened. */
  readonly reaction?: { readonly manifestation: ReactionKey; readonly severity: 'mild' | 'moderate' | 'severe' }
  readonly recorded: Day
  readonly verification: 'confirmed' | 'unconfirmed' | 'refuted' | 'entered-in-error'
}

/** "None known" is somebody's statement; "not recorded" is nobody's. */
export type AllergyStatus =
  | { readonly kind: 'listed'; readonly allergies: readonly Allergy[] }
  | { readonly kind: 'none-known'; readonly asserted: Day }
  | { readonly kind: 'not-recorded' }

/** Is one of these drugs or substances on the list as a standing allergy? A refuted one is not. */
export function reactsTo(status: AllergyStatus, ...allergens: readonly AllergenKey[]): boolean {
  if (status.kind !== 'listed') return false
  return status.allergies.some(
    ({ allergen, verification }) => allergens.includes(allergen) && verification !== 'refuted' && verification !== 'entered-in-error',
  )
}

type Draft = Pick<Allergy, 'allergen' | 'type'> & { readonly share: number; readonly earliestAge?: number; readonly manifestations: readonly [ReactionKey, ...ReactionKey[]] }

/** Listed allergies per adult, of the order of what US records hold: penicillin about 10%, sulfa 5%, the others below. */
const drafts: readonly Draft[] = [
  { allergen: 'penicillin', type: 'allergy', share: 0.1, manifestations: ['rash', 'hives', 'angioedema'] },
  { allergen: 'cotrimoxazole', type: 'allergy', share: 0.05, manifestations: ['rash', 'hives'] },
  { allergen: 'codeine', type: 'intolerance', share: 0.03, earliestAge: 16, manifestations: ['nausea', 'itching'] },
  { allergen: 'aspirin', type: 'allergy', share: 0.015, earliestAge: 18, manifestations: ['hives', 'dyspnea', 'abdominalPain'] },
  { allergen: 'ibuprofen', type: 'intolerance', share: 0.016, manifestations: ['abdominalPain', 'hives'] },
  { allergen: 'lisinopril', type: 'intolerance', share: 0.03, earliestAge: 35, manifestations: ['cough'] },
  { allergen: 'atorvastatin', type: 'intolerance', share: 0.02, earliestAge: 40, manifestations: ['musclePain'] },
  { allergen: 'latex', type: 'allergy', share: 0.01, manifestations: ['hives', 'itching'] },
  { allergen: 'peanut', type: 'allergy', share: 0.015, manifestations: ['hives', 'anaphylaxis'] },
  { allergen: 'shellfish', type: 'allergy', share: 0.02, manifestations: ['hives', 'angioedema'] },
  { allergen: 'beeVenom', type: 'allergy', share: 0.01, manifestations: ['hives', 'anaphylaxis'] },
  { allergen: 'dustMite', type: 'allergy', share: 0.04, manifestations: ['itching'] },
  { allergen: 'animalDander', type: 'allergy', share: 0.04, manifestations: ['itching', 'dyspnea'] },
]

function severityOf(manifestation: ReactionKey, rng: Rng): 'mild' | 'moderate' | 'severe' {
  if (manifestation === 'anaphylaxis') return 'severe'
  return manifestation === 'angioedema' || rng.chance(0.3) ? 'moderate' : 'mild'
}

/** What the record says about allergies of a person of an age, drawn between two days. A child has met few drugs. */
export function drawAllergies(rng: Rng, age: number, from: Day, until: Day): AllergyStatus {
  const allergies = drafts.flatMap(({ share, earliestAge = 0, manifestations, ...draft }): Allergy[] => {
    if (!rng.chance(share) || age < earliestAge) return []
    const manifestation = rng.pick(manifestations)
    // In one record of four, nobody wrote down the reaction.
    const isReactionKnown = !rng.chance(0.25)
    const isDangerous = manifestation === 'anaphylaxis' || manifestation === 'angioedema'
    return [
      {
        ...draft,
        criticality: !isReactionKnown ? 'unable-to-assess' : isDangerous ? 'high' : 'low',
        ...(isReactionKnown && { reaction: { manifestation, severity: severityOf(manifestation, rng) } }),
        recorded: rng.int(from, until),
        verification: rng.chance(0.85) ? 'confirmed' : 'unconfirmed',
      },
    ]
  })
  if (allergies.length > 0) return { kind: 'listed', allergies }
  return rng.chance(0.75) ? { kind: 'none-known', asserted: rng.int(from, until) } : { kind: 'not-recorded' }
}
