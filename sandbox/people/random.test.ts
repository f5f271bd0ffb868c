import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { opaqueId, rngOf } from './random.ts'

describe('seeded chance', () => {
  it('gives the same for the same path and something else for another', () => {
    const draw = (path: string) => Array.from({ length: 8 }, () => rngOf(path).unit())
    expect(draw('1/patient/7')).toEqual(draw('1/patient/7'))
    expect(rngOf('1/patient/7').unit()).not.toBe(rngOf('1/patient/8').unit())
  })

  it('forks by name alone: what was drawn before does not matter', () => {
    const fresh = rngOf('a').fork('b').unit()
    const used = rngOf('a')
    used.unit()
    used.int(1, 6)
    expect(used.fork('b').unit()).toBe(fresh)
  })

  it('keeps a bell-shaped draw within three and a half deviations', () => {
    fc.assert(fc.property(fc.string(), (path) => Math.abs(rngOf(path).normal(10, 2) - 10) <= 7))
  })

  it('makes ids in the shape of a UUID of version 8, from which nothing can be read back', () => {
    fc.assert(fc.property(fc.string(), (path) => /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(opaqueId(path))))
  })
})
