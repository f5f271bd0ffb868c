import { formatDecimal, readDecimal } from './decimal.ts'
import type { Quantity } from './quantity.ts'
import { system } from './code-systems.ts'
import { readUnit, unitKey } from './unit.ts'

type Conversion = { readonly to: string; readonly apply: (value: number) => number; readonly places: number }

/** To the unit that US Core asks for, and back to the other one in use at the bedside. Exact by definition (NIST SP 811, appendix B.8). */
const toMetric: Readonly<Record<string, Conversion>> = {
  'ucum [degF]': { to: 'Cel', apply: (value) => ((value - 32) * 5) / 9, places: 1 },
  'ucum [lb_av]': { to: 'kg', apply: (value) => value * 0.453_592_37, places: 1 },
  'ucum [oz_av]': { to: 'kg', apply: (value) => value * 0.028_349_523_125, places: 3 },
  'ucum g': { to: 'kg', apply: (value) => value / 1000, places: 3 },
  'ucum [in_i]': { to: 'cm', apply: (value) => value * 2.54, places: 1 },
  'ucum [ft_i]': { to: 'cm', apply: (value) => value * 30.48, places: 1 },
  'ucum m': { to: 'cm', apply: (value) => value * 100, places: 1 },
}

const toCustomary: Readonly<Record<string, Conversion>> = {
  'ucum Cel': { to: '[degF]', apply: (value) => (value * 9) / 5 + 32, places: 1 },
  'ucum kg': { to: '[lb_av]', apply: (value) => value / 0.453_592_37, places: 1 },
  'ucum cm': { to: '[in_i]', apply: (value) => value / 2.54, places: 1 },
}

/** The same in the metric unit that trends are drawn in; undefined where it is in it already, or cannot be. The screen says that it was converted. */
export function toTrendUnit(quantity: Quantity): Quantity | undefined {
  return convert(quantity, toMetric)
}

/** The value in the other unit of the bedside, to stand beside the recorded one: °F beside °C, kg beside lb. */
export function otherUnit(quantity: Quantity): Quantity | undefined {
  return convert(quantity, toMetric) ?? convert(quantity, toCustomary)
}

function convert(quantity: Quantity, table: Readonly<Record<string, Conversion>>): Quantity | undefined {
  const key = unitKey(quantity.unit)
  const conversion = key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined
  if (conversion === undefined) return undefined
  const number = Number(conversion.apply(quantity.number).toFixed(conversion.places))
  const exact = readDecimal(number)
  return exact === undefined || /[eE]/.test(formatDecimal(exact))
    ? undefined
    : { exact, number, comparator: quantity.comparator, unit: readUnit({ system: system.ucum, code: conversion.to }) }
}
