import type { Concept } from './concept.ts'
import type { UnitKey } from './units.ts'

interface Analyte extends Concept {
  readonly text: string
  readonly unit: UnitKey
}

/** LOINC: laboratory analytes with a number, each with its one UCUM unit. */
export const analytes = {
  glucose: { code: '2345-7', display: 'Glucose [Mass/volume] in Serum or Plasma', text: 'Glucose', unit: 'mgPerDl' },
  ureaNitrogen: { code: '3094-0', display: 'Urea nitrogen [Mass/volume] in Serum or Plasma', text: 'Urea nitrogen (BUN)', unit: 'mgPerDl' },
  creatinine: { code: '2160-0', display: 'Creatinine [Mass/volume] in Serum or Plasma', text: 'Creatinine', unit: 'mgPerDl' },
  filtration: {
    code: '98979-8',
    display: 'Glomerular filtration rate/1.73 sq M.predicted [Volume Rate/Area] in Serum, Plasma or Blood by Creatinine-based formula (CKD-EPI 2021)',
    text: 'eGFR (CKD-EPI 2021)',
    unit: 'filtration',
  },
  sodium: { code: '2951-2', display: 'Sodium [Moles/volume] in Serum or Plasma', text: 'Sodium', unit: 'mmolPerL' },
  potassium: { code: '2823-3', display: 'Potassium [Moles/volume] in Serum or Plasma', text: 'Potassium', unit: 'mmolPerL' },
  chloride: { code: '2075-0', display: 'Chloride [Moles/volume] in Serum or Plasma', text: 'Chloride', unit: 'mmolPerL' },
  bicarbonate: { code: '2028-9', display: 'Carbon dioxide, total [Moles/volume] in Serum or Plasma', text: 'Carbon dioxide, total', unit: 'mmolPerL' },
  calcium: { code: '17861-6', display: 'Calcium [Mass/volume] in Serum or Plasma', text: 'Calcium', unit: 'mgPerDl' },
  whiteCells: { code: '6690-2', display: 'Leukocytes [#/volume] in Blood by Automated count', text: 'White cells', unit: 'thousandPerUl' },
  redCells: { code: '789-8', display: 'Erythrocytes [#/volume] in Blood by Automated count', text: 'Red cells', unit: 'millionPerUl' },
  hemoglobin: { code: '718-7', display: 'Hemoglobin [Mass/volume] in Blood', text: 'Hemoglobin', unit: 'gPerDl' },
  hematocrit: { code: '4544-3', display: 'Hematocrit [Volume Fraction] of Blood by Automated count', text: 'Hematocrit', unit: 'percent' },
  cellVolume: { code: '787-2', display: 'MCV [Entitic volume] by Automated count', text: 'MCV', unit: 'femtoliter' },
  platelets: { code: '777-3', display: 'Platelets [#/volume] in Blood by Automated count', text: 'Platelets', unit: 'thousandPerUl' },
  cholesterol: { code: '2093-3', display: 'Cholesterol [Mass/volume] in Serum or Plasma', text: 'Cholesterol, total', unit: 'mgPerDl' },
  triglyceride: { code: '2571-8', display: 'Triglyceride [Mass/volume] in Serum or Plasma', text: 'Triglyceride', unit: 'mgPerDl' },
  hdl: { code: '2085-9', display: 'Cholesterol in HDL [Mass/volume] in Serum or Plasma', text: 'HDL cholesterol', unit: 'mgPerDl' },
  ldl: { code: '13457-7', display: 'Cholesterol in LDL [Mass/volume] in Serum or Plasma by calculation', text: 'LDL cholesterol (calculated)', unit: 'mgPerDl' },
  glycatedHemoglobin: { code: '4548-4', display: 'Hemoglobin A1c/Hemoglobin.total in Blood', text: 'Hemoglobin A1c', unit: 'percent' },
  thyrotropin: { code: '3016-3', display: 'Thyrotropin [Units/volume] in Serum or Plasma', text: 'TSH', unit: 'milliUnitsPerL' },
  thyroxine: { code: '3024-7', display: 'Thyroxine (T4) free [Mass/volume] in Serum or Plasma', text: 'Free T4', unit: 'ngPerDl' },
  troponin: {
    code: '67151-1',
    display: 'Troponin T.cardiac [Mass/volume] in Serum or Plasma by High sensitivity method',
    text: 'Troponin T, high sensitivity',
    unit: 'ngPerL',
  },
  natriureticPeptide: { code: '33762-6', display: 'Natriuretic peptide.B prohormone N-Terminal [Mass/volume] in Serum or Plasma', text: 'NT-proBNP', unit: 'pgPerMl' },
  inr: { code: '6301-6', display: 'INR in Platelet poor plasma by Coagulation assay', text: 'INR', unit: 'inr' },
  alanineTransferase: { code: '1742-6', display: 'Alanine aminotransferase [Enzymatic activity/volume] in Serum or Plasma', text: 'ALT', unit: 'unitsPerL' },
  aspartateTransferase: { code: '1920-8', display: 'Aspartate aminotransferase [Enzymatic activity/volume] in Serum or Plasma', text: 'AST', unit: 'unitsPerL' },
  alkalinePhosphatase: { code: '6768-6', display: 'Alkaline phosphatase [Enzymatic activity/volume] in Serum or Plasma', text: 'Alkaline phosphatase', unit: 'unitsPerL' },
  bilirubin: { code: '1975-2', display: 'Bilirubin.total [Mass/volume] in Serum or Plasma', text: 'Bilirubin, total', unit: 'mgPerDl' },
  albumin: { code: '1751-7', display: 'Albumin [Mass/volume] in Serum or Plasma', text: 'Albumin', unit: 'gPerDl' },
  urineAlbumin: { code: '9318-7', display: 'Albumin/Creatinine [Mass Ratio] in Urine', text: 'Urine albumin/creatinine ratio', unit: 'mgPerG' },
  ferritin: { code: '2276-4', display: 'Ferritin [Mass/volume] in Serum or Plasma', text: 'Ferritin', unit: 'ngPerMl' },
  urate: { code: '3084-1', display: 'Urate [Mass/volume] in Serum or Plasma', text: 'Uric acid', unit: 'mgPerDl' },
  reticulocytes: { code: '17849-1', display: 'Reticulocytes/Erythrocytes in Blood by Automated count', text: 'Reticulocytes', unit: 'percent' },
  urineGravity: { code: '5811-5', display: 'Specific gravity of Urine by Test strip', text: 'Urine specific gravity', unit: 'ratio' },
  urinePh: { code: '5803-2', display: 'pH of Urine by Test strip', text: 'Urine pH', unit: 'ph' },
} as const satisfies Record<string, Analyte>

export type AnalyteKey = keyof typeof analytes

/** LOINC: analytes that are present or absent, and the colour of urine, which is a word. */
export const qualitative = {
  urineGlucose: { code: '25428-4', display: 'Glucose [Presence] in Urine by Test strip', text: 'Urine glucose' },
  urineKetones: { code: '2514-8', display: 'Ketones [Presence] in Urine by Test strip', text: 'Urine ketones' },
  urineProtein: { code: '20454-5', display: 'Protein [Presence] in Urine by Test strip', text: 'Urine protein' },
  urineNitrite: { code: '5802-4', display: 'Nitrite [Presence] in Urine by Test strip', text: 'Urine nitrite' },
  urineLeukocytes: { code: '5799-2', display: 'Leukocyte esterase [Presence] in Urine by Test strip', text: 'Urine leukocyte esterase' },
  urinePregnancy: { code: '2106-3', display: 'Choriogonadotropin (pregnancy test) [Presence] in Urine', text: 'Urine pregnancy test' },
  strepAntigen: { code: '78012-2', display: 'Streptococcus pyogenes Ag [Presence] in Throat by Rapid immunoassay', text: 'Rapid strep test' },
} as const satisfies Record<string, Concept>

export type QualitativeKey = keyof typeof qualitative

export const urineColor: Concept = { code: '5778-6', display: 'Color of Urine', text: 'Urine color' }

interface Panel extends Concept {
  readonly text: string
  readonly analytes: readonly AnalyteKey[]
  readonly qualitative?: readonly QualitativeKey[]
}

/** LOINC: what is ordered together. A single test is a panel of one, under its own code. */
export const panels = {
  metabolic: {
    code: '24321-2',
    display: 'Basic metabolic 2000 panel - Serum or Plasma',
    text: 'Basic metabolic panel',
    analytes: ['glucose', 'ureaNitrogen', 'creatinine', 'filtration', 'sodium', 'potassium', 'chloride', 'bicarbonate', 'calcium'],
  },
  bloodCount: {
    code: '58410-2',
    display: 'CBC panel - Blood by Automated count',
    text: 'Complete blood count',
    analytes: ['whiteCells', 'redCells', 'hemoglobin', 'hematocrit', 'cellVolume', 'platelets'],
  },
  lipids: { code: '24331-1', display: 'Lipid 1996 panel - Serum or Plasma', text: 'Lipid panel', analytes: ['cholesterol', 'triglyceride', 'hdl', 'ldl'] },
  liver: {
    code: '24325-3',
    display: 'Hepatic function 2000 panel - Serum or Plasma',
    text: 'Hepatic function panel',
    analytes: ['albumin', 'bilirubin', 'alkalinePhosphatase', 'aspartateTransferase', 'alanineTransferase'],
  },
  urinalysis: {
    code: '24356-8',
    display: 'Urinalysis complete panel - Urine',
    text: 'Urinalysis',
    analytes: ['urineGravity', 'urinePh'],
    qualitative: ['urineGlucose', 'urineKetones', 'urineProtein', 'urineNitrite', 'urineLeukocytes'],
  },
  thyroid: { code: '24348-5', display: 'Free T4 and TSH panel - Serum or Plasma', text: 'Thyroid panel', analytes: ['thyrotropin', 'thyroxine'] },
  glycatedHemoglobin: { ...analytes.glycatedHemoglobin, analytes: ['glycatedHemoglobin'] },
  troponin: { ...analytes.troponin, analytes: ['troponin'] },
  natriureticPeptide: { ...analytes.natriureticPeptide, analytes: ['natriureticPeptide'] },
  inr: { ...analytes.inr, analytes: ['inr'] },
  urineAlbumin: { ...analytes.urineAlbumin, analytes: ['urineAlbumin'] },
  ferritin: { ...analytes.ferritin, analytes: ['ferritin'] },
  urate: { ...analytes.urate, analytes: ['urate'] },
  reticulocytes: { ...analytes.reticulocytes, analytes: ['reticulocytes'] },
  pregnancyTest: { ...qualitative.urinePregnancy, analytes: [], qualitative: ['urinePregnancy'] },
  strepTest: { ...qualitative.strepAntigen, analytes: [], qualitative: ['strepAntigen'] },
} as const satisfies Record<string, Panel>

export type PanelKey = keyof typeof panels
