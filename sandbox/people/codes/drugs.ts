import type { CodeableConcept } from '@medplum/fhirtypes'
import { type Concept, rxnorm } from './concept.ts'
import type { UnitKey } from './units.ts'

export type Form = 'tablet' | 'capsule' | 'puff' | 'milliliter' | 'unit' | 'injection'

/** A drug as it is prescribed. Without a `code` the chart has its name alone, as real charts often do. */
export interface Drug extends Omit<Concept, 'code'> {
  readonly code?: string
  /** What one tablet, capsule, puff or millilitre holds; of a combination, which has no one strength, the tablet or puff itself. */
  readonly strength: { readonly value: number; readonly unit: UnitKey }
  readonly form: Form
}

const mg = (value: number) => ({ value, unit: 'milligram' }) as const
const mcg = (value: number) => ({ value, unit: 'microgram' }) as const
const tablet = (code: string, display: string, text: string, strength: number) => ({ code, display, text, strength: mg(strength), form: 'tablet' }) as const

/**
 * RxNorm semantic clinical drugs, each compared with a public list of RxNorm. Three that could not be are text alone:
 * the client must live with uncoded drugs, and a wrong code would be worse than none.
 */
export const drugs = {
  metformin500: tablet('861007', 'metformin hydrochloride 500 MG Oral Tablet', 'metformin 500 mg tablet', 500),
  metformin1000: tablet('861004', 'metformin hydrochloride 1000 MG Oral Tablet', 'metformin 1,000 mg tablet', 1000),
  glipizide5: tablet('310490', 'glipizide 5 MG Oral Tablet', 'glipizide 5 mg tablet', 5),
  empagliflozin10: tablet('1545658', 'empagliflozin 10 MG Oral Tablet', 'empagliflozin 10 mg tablet', 10),
  insulinGlargine: {
    code: '847230',
    display: '3 ML insulin glargine 100 UNT/ML Pen Injector',
    text: 'insulin glargine 100 units/mL pen',
    strength: { value: 1, unit: 'insulinUnit' },
    form: 'unit',
  },
  lisinopril5: tablet('311354', 'lisinopril 5 MG Oral Tablet', 'lisinopril 5 mg tablet', 5),
  lisinopril10: tablet('314076', 'lisinopril 10 MG Oral Tablet', 'lisinopril 10 mg tablet', 10),
  lisinopril20: tablet('314077', 'lisinopril 20 MG Oral Tablet', 'lisinopril 20 mg tablet', 20),
  losartan50: tablet('979492', 'losartan potassium 50 MG Oral Tablet', 'losartan 50 mg tablet', 50),
  amlodipine5: tablet('197361', 'amlodipine 5 MG Oral Tablet', 'amlodipine 5 mg tablet', 5),
  hydrochlorothiazide25: tablet('310798', 'hydrochlorothiazide 25 MG Oral Tablet', 'hydrochlorothiazide 25 mg tablet', 25),
  atorvastatin20: tablet('617310', 'atorvastatin 20 MG Oral Tablet', 'atorvastatin 20 mg tablet', 20),
  atorvastatin40: tablet('617311', 'atorvastatin 40 MG Oral Tablet', 'atorvastatin 40 mg tablet', 40),
  furosemide20: tablet('310429', 'furosemide 20 MG Oral Tablet', 'furosemide 20 mg tablet', 20),
  furosemide40: tablet('313988', 'furosemide 40 MG Oral Tablet', 'furosemide 40 mg tablet', 40),
  carvedilol6: tablet('200031', 'carvedilol 6.25 MG Oral Tablet', 'carvedilol 6.25 mg tablet', 6.25),
  carvedilol12: tablet('200032', 'carvedilol 12.5 MG Oral Tablet', 'carvedilol 12.5 mg tablet', 12.5),
  metoprolol50: tablet('866436', '24 HR metoprolol succinate 50 MG Extended Release Oral Tablet', 'metoprolol succinate 50 mg extended-release tablet', 50),
  spironolactone25: tablet('313096', 'spironolactone 25 MG Oral Tablet', 'spironolactone 25 mg tablet', 25),
  warfarin5: tablet('855332', 'warfarin sodium 5 MG Oral Tablet', 'warfarin 5 mg tablet', 5),
  apixaban5: tablet('1364445', 'apixaban 5 MG Oral Tablet', 'apixaban 5 mg tablet', 5),
  clopidogrel75: tablet('309362', 'clopidogrel 75 MG Oral Tablet', 'clopidogrel 75 mg tablet', 75),
  aspirin81: tablet('243670', 'aspirin 81 MG Oral Tablet', 'aspirin 81 mg tablet', 81),
  levothyroxine75: { code: '966222', display: 'levothyroxine sodium 0.075 MG Oral Tablet', text: 'levothyroxine 75 mcg tablet', strength: mcg(75), form: 'tablet' },
  sertraline100: tablet('312938', 'sertraline 100 MG Oral Tablet', 'sertraline 100 mg tablet', 100),
  escitalopram10: tablet('349332', 'escitalopram 10 MG Oral Tablet', 'escitalopram 10 mg tablet', 10),
  donepezil5: tablet('997229', 'donepezil hydrochloride 5 MG Oral Tablet', 'donepezil 5 mg tablet', 5),
  acetaminophen500: tablet('198440', 'acetaminophen 500 MG Oral Tablet', 'acetaminophen 500 mg tablet', 500),
  ibuprofen200: tablet('310965', 'ibuprofen 200 MG Oral Tablet', 'ibuprofen 200 mg tablet', 200),
  naproxen500: tablet('198014', 'naproxen 500 MG Oral Tablet', 'naproxen 500 mg tablet', 500),
  oxycodone5: {
    code: '1049221',
    display: 'acetaminophen 325 MG / oxycodone hydrochloride 5 MG Oral Tablet',
    text: 'oxycodone 5 mg / acetaminophen 325 mg tablet',
    strength: { value: 1, unit: 'tablet' },
    form: 'tablet',
  },
  albuterol: {
    code: '2123111',
    display: 'NDA020503 200 ACTUAT albuterol 0.09 MG/ACTUAT Metered Dose Inhaler',
    text: 'albuterol 90 mcg/puff inhaler',
    strength: mcg(90),
    form: 'puff',
  },
  fluticasone: {
    code: '895994',
    display: '120 ACTUAT fluticasone propionate 0.044 MG/ACTUAT Metered Dose Inhaler',
    text: 'fluticasone 44 mcg/puff inhaler',
    strength: mcg(44),
    form: 'puff',
  },
  fluticasoneSalmeterol: {
    code: '896209',
    display: '60 ACTUAT fluticasone propionate 0.25 MG/ACTUAT / salmeterol 0.05 MG/ACTUAT Dry Powder Inhaler',
    text: 'fluticasone 250 mcg / salmeterol 50 mcg inhaler',
    strength: { value: 1, unit: 'puff' },
    form: 'puff',
  },
  prednisone20: tablet('312615', 'prednisone 20 MG Oral Tablet', 'prednisone 20 mg tablet', 20),
  amoxicillin875: tablet('308194', 'amoxicillin 875 MG Oral Tablet', 'amoxicillin 875 mg tablet', 875),
  amoxicillinLiquid: { code: '308189', display: 'amoxicillin 80 MG/ML Oral Suspension', text: 'amoxicillin 80 mg/mL suspension', strength: mg(80), form: 'milliliter' },
  azithromycin250: tablet('308460', 'azithromycin 250 MG Oral Tablet', 'azithromycin 250 mg tablet', 250),
  nitrofurantoin100: { code: '311992', display: 'nitrofurantoin 100 MG Oral Capsule', text: 'nitrofurantoin 100 mg capsule', strength: mg(100), form: 'capsule' },
  cephalexin500: { code: '309114', display: 'cephalexin 500 MG Oral Capsule', text: 'cephalexin 500 mg capsule', strength: mg(500), form: 'capsule' },
  doxycycline100: tablet('1650142', 'doxycycline monohydrate 100 MG Oral Tablet', 'doxycycline 100 mg tablet', 100),
  allopurinol100: tablet('197319', 'allopurinol 100 MG Oral Tablet', 'allopurinol 100 mg tablet', 100),
  colchicine: tablet('197541', 'colchicine 0.6 MG Oral Tablet', 'colchicine 0.6 mg tablet', 0.6),
  loratadine10: tablet('311372', 'loratadine 10 MG Oral Tablet', 'loratadine 10 mg tablet', 10),
  omeprazole20: tablet('402014', 'omeprazole 20 MG Delayed Release Oral Tablet', 'omeprazole 20 mg delayed-release tablet', 20),
  anastrozole1: tablet('199224', 'anastrozole 1 MG Oral Tablet', 'anastrozole 1 mg tablet', 1),
  tamoxifen10: tablet('198240', 'tamoxifen 10 MG Oral Tablet', 'tamoxifen 10 mg tablet', 10),
  ferrousSulfate: tablet('310325', 'ferrous sulfate 325 MG Oral Tablet', 'ferrous sulfate 325 mg tablet', 325),
  epinephrine: {
    code: '1870230',
    display: 'NDA020800 0.3 ML epinephrine 1 MG/ML Auto-Injector',
    text: 'epinephrine 0.3 mg auto-injector',
    strength: mg(0.3),
    form: 'injection',
  },
  hydroxyurea500: { display: 'hydroxyurea 500 mg capsule', strength: mg(500), form: 'capsule' },
  folicAcid1: { display: 'folic acid 1 mg tablet', strength: mg(1), form: 'tablet' },
  prenatalVitamin: { display: 'prenatal multivitamin tablet', strength: { value: 1, unit: 'tablet' }, form: 'tablet' },
} as const satisfies Record<string, Drug>

export type DrugKey = keyof typeof drugs

/** The drug in FHIR: coded where a code is known, in words otherwise. */
export function drugConcept(key: DrugKey): CodeableConcept {
  const drug: Drug = drugs[key]
  return drug.code === undefined ? { text: drug.display } : rxnorm({ ...drug, code: drug.code })
}

/** The drug's name in a sentence. */
export function drugName(key: DrugKey): string {
  const drug: Drug = drugs[key]
  return drug.text ?? drug.display
}
