/** The parts of a chart; each is loaded, fails, ages and is shown on its own. */
export const sections = [
  'patient',
  'flags',
  'allergies',
  'problems',
  'medications',
  'vitals',
  'laboratory',
  'encounters',
  'careTeam',
  'notes',
  'immunizations',
  'procedures',
] as const
export type SectionName = (typeof sections)[number]

/** What a section is read from: a FHIR type, and where one type feeds several sections, the categories of this one. */
export interface SectionSource {
  readonly type: string
  readonly categories?: readonly string[]
}

/** For whom may read what: the searches themselves are `electron/records/fhir/sections.ts`'s, and agree with this (tested). */
export const sectionSources: Readonly<Record<SectionName, SectionSource>> = {
  patient: { type: 'Patient' },
  flags: { type: 'Flag' },
  allergies: { type: 'AllergyIntolerance' },
  problems: { type: 'Condition', categories: ['problem-list-item', 'health-concern'] },
  medications: { type: 'MedicationRequest' },
  vitals: { type: 'Observation', categories: ['vital-signs'] },
  laboratory: { type: 'Observation', categories: ['laboratory'] },
  encounters: { type: 'Encounter' },
  careTeam: { type: 'CareTeam' },
  notes: { type: 'DocumentReference', categories: ['clinical-note'] },
  immunizations: { type: 'Immunization' },
  procedures: { type: 'Procedure' },
}
