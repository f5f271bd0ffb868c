import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sparkShape } from './sparkline.ts'

const point = (at: number, value: number) => ({ at, value })

describe('the small trend beside a value', () => {
  it('is not drawn from a single measurement', () => {
    expect(sparkShape([point(1, 5)], {}, 60, 16)).toBeUndefined()
    expect(sparkShape([point(1, 5), point(1, 6)], {}, 60, 16)).toBeUndefined()
  })

  it('keeps the time to scale: a gap of nine days is nine times a gap of one', () => {
    expect(sparkShape([point(0, 1), point(1, 2), point(10, 3)], {}, 104, 16)?.path).toBe('M2 14L12 8L102 2')
  })

  it('reads the same whatever order the results came in', () => {
    expect(sparkShape([point(10, 3), point(0, 1)], {}, 60, 16)).toEqual(sparkShape([point(0, 1), point(10, 3)], {}, 60, 16))
  })

  it('shows no band where the whole trend lies above it', () => {
    expect(sparkShape([point(0, 10), point(1, 12)], { low: 1, high: 5 }, 60, 16)?.band).toBeUndefined()
  })

  it('stays in its box for any values', () => {
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 })
    fc.assert(
      fc.property(fc.array(fc.record({ at: fc.integer({ min: 0, max: 1e12 }), value: finite }), { maxLength: 40 }), finite, finite, (points, one, other) => {
        const shape = sparkShape(points, { low: Math.min(one, other), high: Math.max(one, other) }, 60, 16)
        const numbers = (shape?.path ?? '').split(/[ML ]/).filter((text) => text !== '').map(Number)
        expect(numbers.every((value) => value >= 0 && value <= 60)).toBe(true)
        if (shape?.band) expect(shape.band.height).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})
