import { describe, expect, it } from 'vitest'
import { meetsMfa } from './second-factor.ts'

const byMethods = { required: true, acr: [] }
const byLevel = { required: true, acr: ['urn:example:mfa', 'urn:example:smart-card'] }
const meets = (amr: readonly string[], acr?: string, rule: typeof byLevel = byMethods) => meetsMfa({ amr, acr }, rule)

describe('two factors @164.312(d) @170.315(d)(13)', () => {
  it('were used where the EHR says mfa, or names methods of two kinds', () => {
    for (const amr of [['mfa'], ['pwd', 'otp'], ['pwd', 'otp', 'mfa'], ['pin', 'sc'], ['face', 'hwk'], ['fpt', 'pwd']]) expect(meets(amr)).toBe(true)
  })

  it('were not where it names one, or two of a kind: two passwords are one factor', () => {
    for (const amr of [['pwd'], ['otp'], ['pwd', 'pin'], ['pwd', 'kba'], ['otp', 'sms'], ['face', 'iris']]) expect(meets(amr)).toBe(false)
  })

  it('were not where it says nothing, or something that is no method', () => {
    for (const amr of [[], ['user', 'pwd'], ['pwd', 'geo'], ['pwd', 'MFA'], ['pwd', 'constructor'], ['']]) expect(meets(amr)).toBe(false)
  })

  it('are a matter of the level alone where policy names levels: methods cannot make up for it', () => {
    expect(meets([], 'urn:example:smart-card', byLevel)).toBe(true)
    expect(meets(['pwd', 'otp', 'mfa'], 'urn:example:password', byLevel)).toBe(false)
    expect(meets(['pwd', 'otp', 'mfa'], undefined, byLevel)).toBe(false)
    expect(meets([], 'urn:example:mfa ', byLevel)).toBe(false)
  })

  it('are not asked where policy says so', () => expect(meetsMfa({ amr: [], acr: undefined }, { required: false, acr: ['x'] })).toBe(true))
})
