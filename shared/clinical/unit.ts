import { system } from './code-systems.ts'
import { line } from './untrusted.ts'

/** A unit of measure. UCUM where it was coded, the author's words where not. `text` is for the screen. */
export type Unit =
  | { readonly kind: 'ucum'; readonly code: string; readonly text: string }
  | { readonly kind: 'uncoded'; readonly text: string }
  /** A pure number, and recorded as one (UCUM `1`, or an annotation such as `{ratio}`). */
  | { readonly kind: 'one'; readonly text: '' }
  /** Words and code name two different units: both are shown, nothing is computed. */
  | { readonly kind: 'contradictory'; readonly code: string; readonly text: string }
  | { readonly kind: 'not-recorded' }

/**
 * UCUM codes and how a clinician reads them. No µg and no bare U where a dose may stand: `mcg`, `units` (ISMP, Joint
 * Commission). The rest are other ways in which the same unit is written, by which a wrong code is noticed.
 */
const table: readonly (readonly [code: string, text: string, ...also: string[]])[] = [
  ['mm[Hg]', 'mmHg', 'mm Hg'],
  ['/min', '/min', 'beats/minute', 'beats/min', 'bpm', 'breaths/minute', 'breaths/min', '{beats}/min', '{breaths}/min', 'per minute'],
  ['%', '%', 'percent'],
  ['Cel', '°C', 'C', 'degC', 'deg C', 'celsius', 'degrees C'],
  ['[degF]', '°F', 'F', 'degF', 'deg F', 'fahrenheit', 'degrees F'],
  ['cm', 'cm', 'centimeter', 'centimeters'],
  ['m', 'm', 'meter'],
  ['mm', 'mm'],
  ['[in_i]', 'in', 'in_i', 'inch', 'inches'],
  ['[ft_i]', 'ft', 'feet'],
  ['kg', 'kg', 'kilogram', 'kilograms', 'kilo'],
  ['g', 'g', 'gram', 'grams', 'gm'],
  ['mg', 'mg', 'milligram', 'milligrams'],
  ['ug', 'mcg', 'µg', 'μg', 'microgram', 'micrograms'],
  ['ng', 'ng', 'nanogram'],
  ['[lb_av]', 'lb', 'lbs', 'pound', 'pounds'],
  ['[oz_av]', 'oz', 'ounce', 'ounces'],
  ['kg/m2', 'kg/m²', 'kg/m^2'],
  ['m2', 'm²'],
  ['mL', 'mL', 'ml', 'cc', 'milliliter', 'milliliters'],
  ['L', 'L', 'l', 'liter', 'liters'],
  ['dL', 'dL', 'dl'],
  ['L/min', 'L/min'],
  ['mL/h', 'mL/h', 'mL/hr'],
  ['mg/dL', 'mg/dL'],
  ['g/dL', 'g/dL', 'gm/dL'],
  ['g/L', 'g/L'],
  ['mg/L', 'mg/L'],
  ['ug/dL', 'mcg/dL', 'µg/dL'],
  ['ug/L', 'mcg/L', 'µg/L'],
  ['ug/mL', 'mcg/mL', 'µg/mL'],
  ['ng/dL', 'ng/dL'],
  ['ng/L', 'ng/L'],
  ['ng/mL', 'ng/mL'],
  ['pg/mL', 'pg/mL'],
  ['pg', 'pg'],
  ['fL', 'fL', 'fl'],
  ['mmol/L', 'mmol/L'],
  ['umol/L', 'µmol/L', 'μmol/L'],
  ['nmol/L', 'nmol/L'],
  ['pmol/L', 'pmol/L'],
  ['mmol/mol', 'mmol/mol'],
  ['meq/L', 'mEq/L', 'meq/L'],
  ['meq', 'mEq'],
  ['mosm/kg', 'mOsm/kg'],
  ['U/L', 'U/L', 'IU/L', '[iU]/L', 'units/L'],
  ['[iU]/L', 'IU/L'],
  ['m[IU]/L', 'mIU/L', 'mU/L', 'm[iU]/L'],
  ['u[IU]/mL', 'µIU/mL', 'uIU/mL', 'µIU/mL', 'u[iU]/mL'],
  ['[iU]', 'units', 'IU', '[IU]', 'unit', 'international units'],
  ['[IU]', 'units', 'IU', '[iU]', 'unit', 'international units'],
  ['U', 'units', 'unit'],
  ['10*3/uL', '×10³/mcL', '10*3/uL', 'K/uL', 'x10E3/uL', '10^3/uL', 'thou/uL'],
  ['10*6/uL', '×10⁶/mcL', 'M/uL', 'x10E6/uL', '10^6/uL', 'mill/uL'],
  ['10*9/L', '×10⁹/L', '10^9/L', 'x10E9/L'],
  ['10*12/L', '×10¹²/L', '10^12/L', 'x10E12/L'],
  ['/uL', '/mcL', '/µL'],
  ['/[HPF]', '/high-power field', '/HPF', '/hpf', '[HPF]'],
  ['/[LPF]', '/low-power field', '/LPF', '/lpf'],
  ['mL/min/{1.73_m2}', 'mL/min/1.73 m²', 'mL/min/1.73m2', 'mL/min/1.73 m2', 'mL/min/{1.73m2}'],
  ['mL/min', 'mL/min'],
  ['mm/h', 'mm/h', 'mm/hr'],
  ['s', 's', 'sec', 'seconds', 'second'],
  ['min', 'min', 'minutes', 'minute'],
  ['h', 'h', 'hr', 'hours', 'hour'],
  ['d', 'd', 'days', 'day'],
  ['wk', 'wk', 'weeks', 'week'],
  ['mo', 'mo', 'months', 'month'],
  ['a', 'y', 'years', 'year', 'yr'],
  ['[drp]', 'drop', 'drops', 'gtt'],
  ['[pH]', 'pH'],
  ['{INR}', 'INR'],
  ['mg/g', 'mg/g'],
  ['mg/mg', 'mg/mg'],
  ['mg/d', 'mg/d', 'mg/24h', 'mg/(24.h)'],
]

const texts = new Map(table.map(([code, text]) => [code, text]))
const spelled = (word: string): string => word.normalize('NFKC').replace(/\s+/g, '').replace(/μ/g, 'µ')
/** Spelling → the UCUM codes it may stand for. Case matters in UCUM (`mg`, `Mg`), so here too. */
const codesOf = new Map<string, ReadonlySet<string>>()
for (const [code, ...words] of table) {
  for (const word of [code, ...words]) {
    codesOf.set(spelled(word), new Set([...(codesOf.get(spelled(word)) ?? []), code]))
  }
}

/** The unit of a FHIR Quantity. A code of another system than UCUM does not count as one; its words do. */
export function readUnit(quantity: { readonly unit?: unknown; readonly system?: unknown; readonly code?: unknown }): Unit {
  const words = line(quantity.unit)
  const code = quantity.system === system.ucum ? line(quantity.code) : undefined
  if (code === undefined) return words === undefined ? { kind: 'not-recorded' } : { kind: 'uncoded', text: words }
  const meant = words === undefined ? undefined : codesOf.get(spelled(words))
  if (words !== undefined && meant !== undefined && texts.has(code) && !meant.has(code)) {
    return { kind: 'contradictory', code, text: words }
  }
  const text = texts.get(code)
  if (text !== undefined) return { kind: 'ucum', code, text }
  if (code === '1') return { kind: 'one', text: '' }
  // An annotation alone is a count of something: {score}, {tablet}. Its words say of what.
  const annotation = /^\{([^{}]*)\}$/.exec(code)?.[1]
  return { kind: 'ucum', code, text: words ?? annotation?.replace(/_/g, ' ') ?? code }
}

/** Units that are spelled differently in UCUM and are the same. */
const twins: Readonly<Record<string, string>> = {
  '[IU]': '[iU]', '10*9/L': '10*3/uL', '10*12/L': '10*6/uL', 'u[IU]/mL': 'm[IU]/L', 'u[iU]/mL': 'm[IU]/L', 'm[iU]/L': 'm[IU]/L',
  '{beats}/min': '/min', '{breaths}/min': '/min', 'ng/mL': 'ug/L',
} // prettier-ignore

/** A key that is equal for equal units; undefined where nothing may be compared or drawn together. */
export function unitKey(unit: Unit): string | undefined {
  switch (unit.kind) {
    case 'ucum':
      return `ucum ${twins[unit.code] ?? unit.code}`
    case 'uncoded': {
      // Words that spell exactly one UCUM unit are that unit: servers often code the value and not its range.
      const codes = [...(codesOf.get(spelled(unit.text)) ?? [])]
      const [only] = codes
      return codes.length === 1 && only !== undefined ? `ucum ${twins[only] ?? only}` : `words ${spelled(unit.text)}`
    }
    case 'one':
      return 'one'
    case 'contradictory':
    case 'not-recorded':
      return undefined
  }
}
