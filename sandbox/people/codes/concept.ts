import type { CodeableConcept, Coding } from '@medplum/fhirtypes'

/** A code of one system. `text` is what a clinician would say, where that differs from the system's own display. */
export interface Concept {
  readonly code: string
  readonly display: string
  readonly text?: string
}

export const systems = {
  snomed: 'http://snomed.info/sct',
  loinc: 'http://loinc.org',
  rxnorm: 'http://www.nlm.nih.gov/research/umls/rxnorm',
  cvx: 'http://hl7.org/fhir/sid/cvx',
  ucum: 'http://unitsofmeasure.org',
} as const

/** A code of HL7's own small code systems, by the last part of its URL. */
export function hl7(name: string, code: string, display?: string): CodeableConcept {
  const system = `http://terminology.hl7.org/CodeSystem/${name}`
  return { coding: [{ system, code, ...(display !== undefined && { display }) }], ...(display !== undefined && { text: display }) }
}

const said = (concept: Concept) => concept.text ?? concept.display
const coding = (system: string, { code, display }: Concept): Coding => ({ system, code, display })

/** A SNOMED CT concept in FHIR. */
export function snomed(concept: Concept): CodeableConcept {
  return { coding: [coding(systems.snomed, concept)], text: said(concept) }
}

/** One LOINC code, or several of the same observation (SpO2 has two). */
export function loinc(concept: Concept, ...more: readonly Concept[]): CodeableConcept {
  return { coding: [concept, ...more].map((each) => coding(systems.loinc, each)), text: said(concept) }
}

export function rxnorm(concept: Concept): CodeableConcept {
  return { coding: [coding(systems.rxnorm, concept)], text: said(concept) }
}

export function cvx(concept: Concept): CodeableConcept {
  return { coding: [coding(systems.cvx, concept)], text: said(concept) }
}
