import { describe, expect, it } from 'vitest'
import { type DrugKey, drugs } from './codes/drugs.ts'
import { dosage, instruction } from './sig.ts'

describe('the label of a drug', () => {
  it('says what to take, how much that is, how and how often', () => {
    expect(instruction('metformin1000', { amount: 1, times: 2, extra: 'with meals' })).toBe('Take 1 tablet (1,000 mg) by mouth twice daily with meals')
    expect(instruction('amoxicillinLiquid', { amount: 2.5, times: 2 })).toBe('Take 2.5 mL (200 mg) by mouth twice daily')
    expect(instruction('insulinGlargine', { amount: 14, times: 1 })).toBe('Inject 14 units under the skin once daily')
    expect(instruction('albuterol', { amount: 2, times: 4, asNeededFor: 'wheezing' })).toBe('Take 2 puffs (180 mcg) by inhalation up to 4 times daily as needed for wheezing')
  })

  it('has a leading zero and no trailing one', () => {
    expect(instruction('sertraline100', { amount: 0.5, times: 1 })).toContain('0.5 tablets (50 mg)')
    expect(instruction('colchicine', { amount: 1, times: 1 })).toContain('(0.6 mg)')
    // No digit may follow a separator that a decimal point could be mistaken for.
    for (const key of Object.keys(drugs)) expect(instruction(key as DrugKey, { amount: 1, times: 1 })).not.toMatch(/\.\d*0\b|(^|\s)\.\d/)
  })

  it('says in the structure what it says in the words', () => {
    const { doseAndRate, timing } = dosage('metformin500', { amount: 2, times: 3 })
    expect(doseAndRate?.[0]?.doseQuantity).toEqual({ value: 1000, unit: 'mg', system: 'http://unitsofmeasure.org', code: 'mg' })
    expect(timing?.repeat).toEqual({ frequency: 3, period: 1, periodUnit: 'd' })
  })
})
