import type { Concept } from './concept.ts'

/** LOINC: types of clinical note (US Core's list of common notes) and of imaging report. */
export const noteTypes = {
  progress: { code: '11506-3', display: 'Progress note' },
  history: { code: '34117-2', display: 'History and physical note' },
  discharge: { code: '18842-5', display: 'Discharge summary' },
  consult: { code: '11488-4', display: 'Consult note', text: 'Cardiology consult note' },
  emergency: { code: '34111-5', display: 'Emergency department Note', text: 'Emergency department note' },
} as const satisfies Record<string, Concept>

export type NoteKey = keyof typeof noteTypes

export const imaging = {
  chestXray: { code: '36643-5', display: 'XR Chest 2 Views', text: 'Chest X-ray, two views' },
  mammogram: { code: '24606-6', display: 'MG Breast Screening', text: 'Screening mammogram' },
  echocardiogram: { code: '42148-7', display: 'US Heart', text: 'Echocardiogram' },
  obstetricUltrasound: { code: '11525-3', display: 'US Pelvis and Fetus for pregnancy', text: 'Obstetric ultrasound' },
  electrocardiogram: { code: '11524-6', display: 'EKG study', text: 'Electrocardiogram' },
} as const satisfies Record<string, Concept>

export type ImagingKey = keyof typeof imaging

/** LOINC: what is filed as it came. */
export const outsideDocuments = {
  referral: { code: '57133-1', display: 'Referral note' },
  directive: { code: '42348-3', display: 'Advance directives' },
  summary: { code: '34133-9', display: 'Summarization of episode note', text: 'Continuity of care document' },
} as const satisfies Record<string, Concept>

/** LOINC: US Core's DiagnosticReport category for radiology. */
export const radiology: Concept = { code: 'LP29684-5', display: 'Radiology' }
/** LOINC: and the one for cardiology. */
export const cardiology: Concept = { code: 'LP29708-2', display: 'Cardiology' }
