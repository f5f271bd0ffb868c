import { describe, expect, it } from 'vitest'
import { readDirections } from '../../../../shared/clinical/index.ts'
import { directionWords } from './direction-words.ts'

const mg = (value: number) => ({ value, unit: 'mg', system: 'http://unitsofmeasure.org', code: 'mg' })

describe('directions', () => {
  it('are the prescriber’s own words where there are any', () => {
    expect(directionWords(readDirections([{ text: 'Take 1 tablet at night', doseAndRate: [{ doseQuantity: mg(5) }] }]))).toBe('Take 1 tablet at night')
  })

  it('are put together from their parts otherwise, doses with a leading and without a trailing zero', () => {
    const directions = readDirections([
      { doseAndRate: [{ doseQuantity: mg(0.5) }], route: { text: 'by mouth' }, timing: { repeat: { frequency: 2, period: 1, periodUnit: 'd' } }, asNeededCodeableConcept: { text: 'pain' } },
    ])
    expect(directionWords(directions)).toBe('0.5 mg, by mouth, 2 times every 1 d, as needed for pain')
  })

  it('say that they are missing', () => {
    expect(directionWords([])).toBe('directions not recorded')
    expect(directionWords(readDirections([{}]))).toBe('directions not recorded')
  })
})
