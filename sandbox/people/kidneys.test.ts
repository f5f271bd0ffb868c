import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { creatinineFor, filtrationFor } from './kidneys.ts'

const sex = fc.constantFrom('female' as const, 'male' as const)

describe('the CKD-EPI 2021 equation', () => {
  it('gives the values that the equation gives by hand', () => {
    // 142 × (1.0/0.9)^-1.2 × 0.9938^50, and for a woman of 60 with 0.7: 142 × 0.9938^60 × 1.012.
    expect(filtrationFor(1, 'male', 50)).toBeCloseTo(91.7, 0)
    expect(filtrationFor(0.7, 'female', 60)).toBeCloseTo(98.9, 0)
  })

  it('comes back to the filtration that a creatinine was made from', () => {
    fc.assert(
      fc.property(fc.integer({ min: 6, max: 140 }), sex, fc.integer({ min: 18, max: 100 }), (filtration, who, age) => {
        const back = filtrationFor(creatinineFor(filtration, who, age), who, age)
        return Math.abs(back - filtration) < 0.01
      }),
    )
  })
})
