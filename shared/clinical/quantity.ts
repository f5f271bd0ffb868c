import type { Quantity as FhirQuantity } from '@medplum/fhirtypes'
import type { Decimal } from './decimal.ts'
import { formatDecimal, formatDose, readDecimal } from './decimal.ts'
import { fields, isAbsent, oneOf } from './untrusted.ts'
import type { Unit } from './unit.ts'
import { readUnit } from './unit.ts'

/** Before the number: the true value lies on that side of it. */
type Comparator = '<' | '<=' | '>=' | '>'

export type Quantity = {
  /** As written, for the screen. */
  readonly exact: Decimal
  /** For comparing and drawing, never for the screen. */
  readonly number: number
  readonly comparator: Comparator | undefined
  readonly unit: Unit
}

/** Reads a FHIR Quantity. Undefined without a finite number, or with a comparator that is none of R4's: the bare number would be a lie. */
export function readQuantity(value: unknown): Quantity | undefined {
  const quantity = fields<FhirQuantity & { _value: unknown }>(value)
  const exact = readDecimal(quantity?.value, quantity?.['_value'])
  if (quantity === undefined || exact === undefined) return undefined
  const comparator = oneOf(quantity.comparator, ['<', '<=', '>=', '>'])
  if (!isAbsent(quantity.comparator) && comparator === undefined) return undefined
  return { exact, number: Number(exact), comparator, unit: readUnit(quantity) }
}

const signs = { '<': '<', '<=': '≤', '>=': '≥', '>': '>' } as const

/** The number as written, its comparator before it: `<0.01`, `1,250`, `5.10`. */
export function formatNumber({ comparator, exact }: Quantity): string {
  return `${comparator === undefined ? '' : signs[comparator]}${formatDecimal(exact)}`
}

/** Number, space, unit: `5.10 mmol/L`. A unit that is not recorded is for the catalogue to say; where words and code differ both are shown. */
export function formatQuantity(quantity: Quantity): string {
  return withUnit(formatNumber(quantity), quantity.unit)
}

/** As `formatQuantity`, by the rules for doses: `0.5 mg`, `5 mg`. */
export function formatDoseQuantity(quantity: Quantity): string {
  const sign = quantity.comparator === undefined ? '' : signs[quantity.comparator]
  return withUnit(`${sign}${formatDose(quantity.exact)}`, quantity.unit)
}

function withUnit(number: string, unit: Unit): string {
  switch (unit.kind) {
    case 'ucum':
    case 'uncoded':
      return `${number} ${unit.text}`
    case 'contradictory':
      return `${number} ${unit.text} [${unit.code}]`
    case 'one':
    case 'not-recorded':
      return number
  }
}
