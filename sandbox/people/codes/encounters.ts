import type { Concept } from './concept.ts'

/** SNOMED CT: kinds of encounter, as Synthea's modules use them. */
export const encounterTypes = {
  checkUp: { code: '162673000', display: 'General examination of patient', text: 'Annual examination' },
  wellChild: { code: '410620009', display: 'Well child visit' },
  followUp: { code: '390906007', display: 'Follow-up encounter', text: 'Follow-up visit' },
  acute: { code: '185345009', display: 'Encounter for symptom', text: 'Visit for a symptom' },
  emergency: { code: '50849002', display: 'Emergency room admission', text: 'Emergency department visit' },
  inpatient: { code: '32485007', display: 'Hospital admission', text: 'Hospital stay' },
  consultation: { code: '11429006', display: 'Consultation', text: 'Cardiology consultation' },
  prenatal: { code: '424619006', display: 'Prenatal visit' },
  postnatal: { code: '169762003', display: 'Postnatal visit' },
  video: { code: '448337001', display: 'Telemedicine consultation with patient', text: 'Video visit' },
} as const satisfies Record<string, Concept>

export type EncounterKey = keyof typeof encounterTypes

/** SNOMED CT: procedures, as Synthea's modules use them. */
export const procedures = {
  electrocardiogram: { code: '29303009', display: 'Electrocardiographic procedure', text: 'Electrocardiogram' },
  echocardiogram: { code: '40701008', display: 'Echocardiography', text: 'Echocardiogram' },
  spirometry: { code: '127783003', display: 'Spirometry' },
  chestXray: { code: '399208008', display: 'Plain chest X-ray', text: 'Chest X-ray' },
  colonoscopy: { code: '73761001', display: 'Colonoscopy' },
  mammography: { code: '24623002', display: 'Screening mammography' },
  coronaryIntervention: { code: '415070008', display: 'Percutaneous coronary intervention' },
  cardioversion: { code: '180325003', display: 'Electrical cardioversion' },
  pacemakerImplant: { code: '307280005', display: 'Implantation of cardiac pacemaker', text: 'Pacemaker implantation' },
  kneeReplacement: { code: '609588000', display: 'Total knee replacement' },
  breastBiopsy: { code: '122548005', display: 'Biopsy of breast' },
  lumpectomy: { code: '392021009', display: 'Lumpectomy of breast' },
  radiotherapy: { code: '108290001', display: 'Radiation oncology AND/OR radiotherapy', text: 'Radiotherapy' },
  transfusion: { code: '180207008', display: 'Intravenous blood transfusion of packed cells', text: 'Red cell transfusion' },
  obstetricUltrasound: { code: '169230002', display: 'Ultrasound scan for fetal viability', text: 'Obstetric ultrasound' },
  cesarean: { code: '11466000', display: 'Cesarean section' },
  delivery: { code: '177184002', display: 'Normal delivery procedure', text: 'Vaginal delivery' },
  appendectomy: { code: '80146002', display: 'Appendectomy' },
} as const satisfies Record<string, Concept>

export type ProcedureKey = keyof typeof procedures
