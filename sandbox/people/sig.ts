import type { Dosage } from '@medplum/fhirtypes'
import { snomed } from './codes/concept.ts'
import { type Drug, type DrugKey, drugs, type Form } from './codes/drugs.ts'
import { findings } from './codes/findings.ts'
import { quantity, units } from './codes/units.ts'

/** How a drug is taken. */
export interface Sig {
  /** Tablets, puffs, millilitres or units at a time. */
  readonly amount: number
  readonly times: number
  readonly periodDays?: number
  /** Taken when needed for this. */
  readonly asNeededFor?: string
  /** Anything else that the label says. */
  readonly extra?: string
}

const verbs: Record<Form, string> = { tablet: 'Take', capsule: 'Take', puff: 'Take', milliliter: 'Take', unit: 'Inject', injection: 'Inject' }
const routes = {
  tablet: findings.oralRoute,
  capsule: findings.oralRoute,
  milliliter: findings.oralRoute,
  puff: findings.inhaledRoute,
  unit: findings.subcutaneousRoute,
  injection: findings.intramuscularRoute,
} as const satisfies Record<Form, unknown>

// One for all: making a formatter for each number took half of the generator's time.
const numbers = new Intl.NumberFormat('en-US', { maximumFractionDigits: 3 })

/** Leading zero, no trailing zero, a separator from 1,000: as doses are written to be read safely. */
const spokenNumber = (value: number): string => numbers.format(value)

function count(amount: number, form: Form): string {
  const noun = form === 'milliliter' ? 'mL' : form
  const plural = amount === 1 || noun === 'mL' ? noun : `${noun}s`
  return `${spokenNumber(amount)} ${plural}`
}

function schedule({ times, periodDays = 1, asNeededFor }: Sig): string {
  const day = periodDays === 1 ? 'daily' : periodDays === 7 ? 'weekly' : `every ${periodDays} days`
  const often = times === 1 ? (day === 'daily' ? 'once daily' : `once ${day}`) : times === 2 ? `twice ${day}` : `${times} times ${day}`
  return asNeededFor === undefined ? often : `up to ${often} as needed for ${asNeededFor}`
}

/** Rounded as a pharmacy would, so that 0.1 + 0.2 never shows. */
const rounded = (value: number) => Math.round(value * 1000) / 1000

/** What is printed on the label: `Take 1 tablet (500 mg) by mouth twice daily with meals`. */
export function instruction(key: DrugKey, sig: Sig): string {
  const drug: Drug = drugs[key]
  const total = rounded(sig.amount * drug.strength.value)
  const isCounted = drug.form === 'unit' || drug.strength.unit === 'tablet' || drug.strength.unit === 'puff'
  const strength = isCounted ? '' : ` (${spokenNumber(total)} ${units[drug.strength.unit].unit})`
  const route = routes[drug.form].text
  return `${verbs[drug.form]} ${count(sig.amount, drug.form)}${strength} ${route} ${schedule(sig)}${sig.extra === undefined ? '' : ` ${sig.extra}`}`
}

/** The same, structured. */
export function dosage(key: DrugKey, sig: Sig): Dosage {
  const drug: Drug = drugs[key]
  return {
    text: instruction(key, sig),
    timing: { repeat: { frequency: sig.times, period: sig.periodDays ?? 1, periodUnit: 'd' } },
    ...(sig.asNeededFor !== undefined && { asNeededCodeableConcept: { text: sig.asNeededFor } }),
    route: snomed(routes[drug.form]),
    doseAndRate: [{ doseQuantity: quantity(rounded(sig.amount * drug.strength.value), drug.strength.unit) }],
  }
}
