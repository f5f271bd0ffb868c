import { describe, expect, it } from 'vitest'
import { assuranceFor, assurances, readAsked } from './assurance.ts'

const { mfa: { acr: mfa }, password: { acr: password } } = assurances
const asking = (params: Record<string, unknown>) => readAsked(params)
const claims = (acr: unknown) => ({ claims: JSON.stringify({ id_token: { acr } }) })

describe('what a client asks for', () => {
  it('is read from acr_values, in their order', () => expect(asking({ acr_values: `${mfa} ${password}` }).values).toEqual([mfa, password]))
  it('is read from the claims parameter, which comes before', () => {
    expect(asking({ ...claims({ essential: true, value: mfa }), acr_values: password }).values).toEqual([mfa])
    expect(asking(claims({ essential: true, values: [mfa, password] })).values).toEqual([mfa, password])
  })
  it('is nothing where it says nothing', () => {
    for (const params of [{}, { acr_values: '' }, claims(null), claims({ essential: true }), { claims: '{"userinfo":{}}' }, { claims: '[]' }]) expect(asking(params).values).toEqual([])
  })
})

describe('how a person is asked to prove who they are @164.312(d)', () => {
  it('follows from their enrolment where the client leaves it to us', () => {
    expect(assuranceFor({ values: [] }, 'always')).toBe('mfa')
    expect(assuranceFor({ values: [] }, 'when-asked')).toBe('password')
    expect(assuranceFor({ values: [] }, undefined)).toBe('password')
  })
  it('is stepped up where the client asks for two factors', () => expect(assuranceFor({ values: [mfa] }, 'when-asked')).toBe('mfa'))
  it('is never less than what the client names', () => {
    expect(assuranceFor({ values: [mfa] }, undefined)).toBe('unmet')
    expect(assuranceFor({ values: ['urn:other'] }, 'always')).toBe('unmet')
  })
  it('is the first that can be had of those it names', () => {
    expect(assuranceFor({ values: [mfa, password] }, undefined)).toBe('password')
    expect(assuranceFor({ values: [mfa, password] }, 'when-asked')).toBe('mfa')
    expect(assuranceFor({ values: [password, mfa] }, 'when-asked')).toBe('password')
    expect(assuranceFor({ values: [password, mfa] }, 'always')).toBe('mfa')
  })
})
