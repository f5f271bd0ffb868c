import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { interpret, oneSided } from './interpretation.ts'

describe('the letter beside a result', () => {
  it('is none where the laboratory sent no range: not assessed is not normal', () => {
    expect(interpret(4, undefined)).toBeUndefined()
    expect(interpret(4, {})).toBeUndefined()
    expect(interpret(9, undefined, { high: 6 })).toBeUndefined()
  })

  it('counts the edge as inside', () => {
    expect([interpret(3.5, { low: 3.5, high: 5.1 }), interpret(5.1, { low: 3.5, high: 5.1 })]).toEqual(['N', 'N'])
  })

  it('doubles beyond the critical limits', () => {
    const potassium = { low: 3.5, high: 5.1 }
    const critical = { low: 2.8, high: 6.2 }
    expect([2.7, 3, 4, 6, 6.3].map((value) => interpret(value, potassium, critical))).toEqual(['LL', 'L', 'N', 'H', 'HH'])
  })

  it('never calls low what has no lower end', () => {
    fc.assert(fc.property(fc.double({ noNaN: true }), (value) => !['L', 'LL'].includes(interpret(value, { high: 1 }, { low: 5 }) ?? '')))
  })

  it('leaves one end of a range, and none of an empty one', () => {
    expect(oneSided({ low: 1, high: 2 })).toEqual({ high: 2 })
    expect(oneSided({ low: 60 })).toEqual({ low: 60 })
    expect(oneSided({})).toEqual({})
  })
})
