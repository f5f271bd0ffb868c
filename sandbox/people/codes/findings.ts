import type { Concept } from './concept.ts'

/**
 * SNOMED CT: findings, situations, routes and roles that other resources than problems need.
 * Source: the value sets that US Core binds (smoking status, care team roles) and HL7's examples; reactions as in Synthea's modules.
 */
export const findings = {
  noKnownAllergy: { code: '716186003', display: 'No known allergy' },
  notForResuscitation: { code: '304253006', display: 'Not for resuscitation', text: 'Do not resuscitate (DNR)' },
  forResuscitation: { code: '304252001', display: 'For resuscitation', text: 'Full code' },
  atRiskOfFalls: { code: '129839007', display: 'At risk for falls', text: 'Fall risk' },
  pregnant: { code: '77386006', display: 'Pregnancy', text: 'Pregnant' },
  neverSmoked: { code: '266919005', display: 'Never smoked tobacco' },
  exSmoker: { code: '8517006', display: 'Ex-smoker', text: 'Former smoker' },
  dailySmoker: { code: '449868002', display: 'Smokes tobacco daily' },
  negative: { code: '260385009', display: 'Negative' },
  positive: { code: '10828004', display: 'Positive' },
  trace: { code: '260405006', display: 'Trace' },
  oralRoute: { code: '26643006', display: 'Oral route', text: 'by mouth' },
  inhaledRoute: { code: '447694001', display: 'Respiratory tract route', text: 'by inhalation' },
  subcutaneousRoute: { code: '34206005', display: 'Subcutaneous route', text: 'under the skin' },
  intramuscularRoute: { code: '78421000', display: 'Intramuscular route', text: 'into the muscle' },
  primaryCarePhysician: { code: '446050000', display: 'Primary care physician' },
  cardiologist: { code: '17561000', display: 'Cardiologist' },
  laboratoryProcedure: { code: '108252007', display: 'Laboratory procedure' },
  imaging: { code: '363679005', display: 'Imaging' },
  nurse: { code: '224535009', display: 'Registered nurse' },
} as const satisfies Record<string, Concept>

/** SNOMED CT: what an allergic or intolerant person shows. */
export const reactions = {
  anaphylaxis: { code: '39579001', display: 'Anaphylaxis' },
  hives: { code: '247472004', display: 'Wheal', text: 'Hives' },
  rash: { code: '271807003', display: 'Eruption of skin', text: 'Rash' },
  angioedema: { code: '41291007', display: 'Angioedema' },
  cough: { code: '49727002', display: 'Cough' },
  nausea: { code: '422587007', display: 'Nausea' },
  dyspnea: { code: '267036007', display: 'Dyspnea', text: 'Shortness of breath' },
  itching: { code: '418290006', display: 'Itching' },
  musclePain: { code: '68962001', display: 'Muscle pain' },
  abdominalPain: { code: '21522001', display: 'Abdominal pain' },
} as const satisfies Record<string, Concept>

export type ReactionKey = keyof typeof reactions
