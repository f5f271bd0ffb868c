import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { trendScale } from './trend-scale.ts'

describe('the axis of a trend', () => {
  it('reaches over the reference range, so that one sees how far off a value is', () => {
    expect(trendScale([150, 155], { low: 60, high: 100 }).from).toBeLessThan(60)
  })

  it('says that it is not from zero where it is not', () => {
    expect(trendScale([136, 145], undefined).hasZero).toBe(false)
    expect(trendScale([0.4, 3.2], undefined)).toMatchObject({ from: 0, hasZero: true })
  })

  it('has room for any values, also for none', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 })), (values) => {
        const { from, to } = trendScale(values, undefined)
        expect(from).toBeLessThan(to)
        expect(values.every((value) => value >= from && value <= to)).toBe(true)
      }),
    )
  })
})
