import type { Quantity } from '@medplum/fhirtypes'
import { systems } from './concept.ts'

/** UCUM (https://ucum.org): the code that machines compare, and the unit as it is printed. */
export const units = {
  perMinute: { code: '/min', unit: '/min' },
  percent: { code: '%', unit: '%' },
  celsius: { code: 'Cel', unit: '°C' },
  centimeter: { code: 'cm', unit: 'cm' },
  kilogram: { code: 'kg', unit: 'kg' },
  bodyMassIndex: { code: 'kg/m2', unit: 'kg/m2' },
  mercury: { code: 'mm[Hg]', unit: 'mmHg' },
  mgPerDl: { code: 'mg/dL', unit: 'mg/dL' },
  gPerDl: { code: 'g/dL', unit: 'g/dL' },
  ngPerDl: { code: 'ng/dL', unit: 'ng/dL' },
  ngPerL: { code: 'ng/L', unit: 'ng/L' },
  ngPerMl: { code: 'ng/mL', unit: 'ng/mL' },
  pgPerMl: { code: 'pg/mL', unit: 'pg/mL' },
  mgPerG: { code: 'mg/g', unit: 'mg/g' },
  mmolPerL: { code: 'mmol/L', unit: 'mmol/L' },
  unitsPerL: { code: 'U/L', unit: 'U/L' },
  milliUnitsPerL: { code: 'm[IU]/L', unit: 'mIU/L' },
  thousandPerUl: { code: '10*3/uL', unit: '10^3/uL' },
  millionPerUl: { code: '10*6/uL', unit: '10^6/uL' },
  femtoliter: { code: 'fL', unit: 'fL' },
  picogram: { code: 'pg', unit: 'pg' },
  filtration: { code: 'mL/min/{1.73_m2}', unit: 'mL/min/1.73 m2' },
  inr: { code: '{INR}', unit: 'INR' },
  second: { code: 's', unit: 's' },
  ph: { code: '[pH]', unit: 'pH' },
  ratio: { code: '{ratio}', unit: 'ratio' },
  score: { code: '{score}', unit: 'score' },
  milligram: { code: 'mg', unit: 'mg' },
  microgram: { code: 'ug', unit: 'mcg' },
  milliliter: { code: 'mL', unit: 'mL' },
  puff: { code: '{puff}', unit: 'puff' },
  insulinUnit: { code: '[IU]', unit: 'units' },
  tablet: { code: '{tbl}', unit: 'tablet' },
  year: { code: 'a', unit: 'years' },
  day: { code: 'd', unit: 'days' },
} as const satisfies Record<string, { code: string; unit: string }>

export type UnitKey = keyof typeof units

/** A FHIR quantity in UCUM. */
export function quantity(value: number, unit: UnitKey): Quantity {
  return { value, unit: units[unit].unit, system: systems.ucum, code: units[unit].code }
}
