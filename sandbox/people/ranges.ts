import type { AnalyteKey } from './codes/laboratory.ts'
import type { Range } from './interpretation.ts'

interface Reference {
  readonly decimals: number
  readonly usual: Range | { readonly female: Range; readonly male: Range }
  readonly child?: Range
  /** Beyond these the laboratory telephones. */
  readonly critical?: Range
}

/** Reference and critical ranges of a typical US adult laboratory. Every laboratory has its own; these are of the common order. */
const references: Record<AnalyteKey, Reference> = {
  glucose: { decimals: 0, usual: { low: 70, high: 99 }, critical: { low: 50, high: 450 } },
  ureaNitrogen: { decimals: 0, usual: { low: 7, high: 20 }, critical: { high: 100 } },
  creatinine: { decimals: 2, usual: { female: { low: 0.59, high: 1.04 }, male: { low: 0.74, high: 1.35 } }, child: { low: 0.2, high: 0.8 }, critical: { high: 7.5 } },
  filtration: { decimals: 0, usual: { low: 60 } },
  sodium: { decimals: 0, usual: { low: 136, high: 145 }, critical: { low: 120, high: 158 } },
  potassium: { decimals: 1, usual: { low: 3.5, high: 5.1 }, critical: { low: 2.8, high: 6.2 } },
  chloride: { decimals: 0, usual: { low: 98, high: 107 } },
  bicarbonate: { decimals: 0, usual: { low: 22, high: 29 }, critical: { low: 11, high: 40 } },
  calcium: { decimals: 1, usual: { low: 8.6, high: 10.2 }, critical: { low: 6.5, high: 13 } },
  whiteCells: { decimals: 1, usual: { low: 4.5, high: 11 }, child: { low: 5, high: 14.5 }, critical: { low: 1, high: 50 } },
  redCells: { decimals: 2, usual: { female: { low: 4, high: 5.2 }, male: { low: 4.4, high: 5.9 } }, child: { low: 3.9, high: 5.3 } },
  hemoglobin: { decimals: 1, usual: { female: { low: 12, high: 15.5 }, male: { low: 13.5, high: 17.5 } }, child: { low: 11, high: 15.5 }, critical: { low: 7, high: 20 } },
  hematocrit: { decimals: 1, usual: { female: { low: 36, high: 46 }, male: { low: 40, high: 52 } }, child: { low: 33, high: 45 }, critical: { low: 21, high: 60 } },
  cellVolume: { decimals: 0, usual: { low: 80, high: 100 }, child: { low: 72, high: 90 } },
  platelets: { decimals: 0, usual: { low: 150, high: 400 }, critical: { low: 20, high: 1000 } },
  cholesterol: { decimals: 0, usual: { high: 199 } },
  triglyceride: { decimals: 0, usual: { high: 149 } },
  hdl: { decimals: 0, usual: { female: { low: 50 }, male: { low: 40 } } },
  ldl: { decimals: 0, usual: { high: 99 } },
  glycatedHemoglobin: { decimals: 1, usual: { low: 4, high: 5.6 } },
  thyrotropin: { decimals: 2, usual: { low: 0.4, high: 4.5 } },
  thyroxine: { decimals: 2, usual: { low: 0.8, high: 1.8 } },
  troponin: { decimals: 0, usual: { female: { high: 14 }, male: { high: 22 } }, critical: { high: 52 } },
  natriureticPeptide: { decimals: 0, usual: { high: 300 } },
  inr: { decimals: 1, usual: { low: 0.9, high: 1.1 }, critical: { high: 5 } },
  alanineTransferase: { decimals: 0, usual: { low: 7, high: 40 } },
  aspartateTransferase: { decimals: 0, usual: { low: 8, high: 40 } },
  alkalinePhosphatase: { decimals: 0, usual: { low: 40, high: 120 }, child: { low: 120, high: 420 } },
  bilirubin: { decimals: 1, usual: { low: 0.2, high: 1.2 }, critical: { high: 15 } },
  albumin: { decimals: 1, usual: { low: 3.5, high: 5 } },
  urineAlbumin: { decimals: 0, usual: { high: 29 } },
  ferritin: { decimals: 0, usual: { female: { low: 15, high: 150 }, male: { low: 30, high: 400 } } },
  urate: { decimals: 1, usual: { female: { low: 2.6, high: 6 }, male: { low: 3.5, high: 7.2 } } },
  reticulocytes: { decimals: 1, usual: { low: 0.5, high: 2.5 } },
  urineGravity: { decimals: 3, usual: { low: 1.005, high: 1.03 } },
  urinePh: { decimals: 1, usual: { low: 5, high: 8 } },
}

/** The therapeutic INR range in atrial fibrillation on warfarin: what the value is read against, rather than a healthy person's. */
export const warfarinTarget: Range = { low: 2, high: 3 }

export function referenceRange(key: AnalyteKey, sex: 'female' | 'male', age: number): Range {
  const { usual, child } = references[key]
  if (age < 18 && child !== undefined) return child
  return 'female' in usual ? usual[sex] : usual
}

export function criticalRange(key: AnalyteKey): Range {
  return references[key].critical ?? {}
}

/** Rounded as the laboratory reports it. */
export function reported(key: AnalyteKey, value: number): number {
  return Number(value.toFixed(references[key].decimals))
}

/** With the laboratory's own number of decimals: 4.0, not 4. */
export function printed(key: AnalyteKey, value: number): string {
  return value.toFixed(references[key].decimals)
}
