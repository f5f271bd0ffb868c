import type { Concept } from './concept.ts'

/**
 * SNOMED CT: disorders and findings that a record names as problems or diagnoses.
 * Source: SNOMED CT International Edition concept ids as they are published in HL7's US Core and in Synthea's modules.
 */
export const problems = {
  typeTwoDiabetes: { code: '44054006', display: 'Diabetes mellitus type 2', text: 'Type 2 diabetes mellitus' },
  hypertension: { code: '59621000', display: 'Essential hypertension' },
  hyperlipidemia: { code: '55822004', display: 'Hyperlipidemia' },
  kidneyDiseaseThree: { code: '433144002', display: 'Chronic kidney disease stage 3' },
  kidneyDiseaseFour: { code: '431857002', display: 'Chronic kidney disease stage 4' },
  copd: { code: '13645005', display: 'Chronic obstructive lung disease', text: 'Chronic obstructive pulmonary disease' },
  copdExacerbation: { code: '195951007', display: 'Acute exacerbation of chronic obstructive airways disease', text: 'Acute exacerbation of COPD' },
  asthma: { code: '195967001', display: 'Asthma' },
  heartFailure: { code: '84114007', display: 'Heart failure' },
  atrialFibrillation: { code: '49436004', display: 'Atrial fibrillation' },
  coronaryDisease: { code: '53741008', display: 'Coronary arteriosclerosis', text: 'Coronary artery disease' },
  myocardialInfarction: { code: '22298006', display: 'Myocardial infarction' },
  hypothyroidism: { code: '40930008', display: 'Hypothyroidism' },
  depression: { code: '370143000', display: 'Major depressive disorder' },
  kneeOsteoarthritis: { code: '239873007', display: 'Osteoarthritis of knee' },
  pregnancy: { code: '72892002', display: 'Normal pregnancy', text: 'Pregnancy' },
  breastCancer: { code: '254837009', display: 'Malignant neoplasm of breast', text: 'Breast cancer' },
  sickleCell: { code: '127040003', display: 'Sickle cell-hemoglobin SS disease', text: 'Sickle cell disease (HbSS)' },
  sickleCellTrait: { code: '16402000', display: 'Sickle cell trait' },
  gout: { code: '90560007', display: 'Gout' },
  reflux: { code: '235595009', display: 'Gastroesophageal reflux disease' },
  dementia: { code: '52448006', display: 'Dementia' },
  ironDeficiency: { code: '87522002', display: 'Iron deficiency anemia' },
  hyperkalemia: { code: '14140009', display: 'Hyperkalemia' },
  allergicRhinitis: { code: '367498001', display: 'Seasonal allergic rhinitis' },
  allergicReaction: { code: '419076005', display: 'Allergic reaction' },
  viralSinusitis: { code: '444814009', display: 'Viral sinusitis' },
  bronchitis: { code: '10509002', display: 'Acute bronchitis' },
  viralPharyngitis: { code: '195662009', display: 'Acute viral pharyngitis' },
  strepThroat: { code: '43878008', display: 'Streptococcal sore throat' },
  otitisMedia: { code: '65363002', display: 'Otitis media' },
  urinaryInfection: { code: '68566005', display: 'Urinary tract infectious disease', text: 'Urinary tract infection' },
  pneumonia: { code: '233604007', display: 'Pneumonia' },
  cellulitis: { code: '128045006', display: 'Cellulitis' },
  lowBackPain: { code: '279039007', display: 'Low back pain' },
  gastroenteritis: { code: '25374005', display: 'Gastroenteritis' },
  ankleSprain: { code: '44465007', display: 'Sprain of ankle' },
} as const satisfies Record<string, Concept>

export type ProblemKey = keyof typeof problems
