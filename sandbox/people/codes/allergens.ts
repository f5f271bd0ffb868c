import type { CodeableConcept } from '@medplum/fhirtypes'
import { type Concept, rxnorm, snomed } from './concept.ts'

interface Allergen extends Concept {
  readonly system: 'snomed' | 'rxnorm'
  readonly category: 'medication' | 'food' | 'environment'
}

/**
 * What people react to: RxNorm ingredients for single drugs, SNOMED CT substances for classes, foods and the environment,
 * as US Core's value set "Common substances for allergy and intolerance" mixes them.
 */
export const allergens = {
  penicillin: { system: 'snomed', category: 'medication', code: '764146007', display: 'Penicillin' },
  aspirin: { system: 'rxnorm', category: 'medication', code: '1191', display: 'aspirin' },
  ibuprofen: { system: 'rxnorm', category: 'medication', code: '5640', display: 'ibuprofen' },
  cotrimoxazole: { system: 'rxnorm', category: 'medication', code: '10831', display: 'sulfamethoxazole / trimethoprim' },
  codeine: { system: 'rxnorm', category: 'medication', code: '2670', display: 'codeine' },
  lisinopril: { system: 'rxnorm', category: 'medication', code: '29046', display: 'lisinopril' },
  atorvastatin: { system: 'rxnorm', category: 'medication', code: '83367', display: 'atorvastatin' },
  latex: { system: 'snomed', category: 'environment', code: '111088007', display: 'Latex' },
  peanut: { system: 'snomed', category: 'food', code: '762952008', display: 'Peanut' },
  shellfish: { system: 'snomed', category: 'food', code: '735029006', display: 'Shellfish' },
  beeVenom: { system: 'snomed', category: 'environment', code: '288328004', display: 'Bee venom' },
  dustMite: { system: 'snomed', category: 'environment', code: '260147004', display: 'House dust mite' },
  animalDander: { system: 'snomed', category: 'environment', code: '264287008', display: 'Animal dander' },
} as const satisfies Record<string, Allergen>

export type AllergenKey = keyof typeof allergens

/** The allergen in FHIR, under its own code system. */
export function allergenConcept(key: AllergenKey): CodeableConcept {
  const allergen = allergens[key]
  return allergen.system === 'rxnorm' ? rxnorm(allergen) : snomed(allergen)
}
