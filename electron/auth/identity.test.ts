import { describe, expect, it } from 'vitest'
import { kindOf } from '../../shared/errors.ts'
import { readIdentity } from './identity.ts'

const start = 1_767_225_600
const claims = { iss: 'https://ehr.example.org/auth', sub: 'person-1', iat: start + 20, auth_time: start + 15, name: 'Dr A', fhirUser: 'Practitioner/1' }
/** The person took twenty seconds at the sign-in page. */
const moments = { answeredAt: (start + 20) * 1_000, elapsedMs: 20_000 }
const failure = (change: object, at = moments) => {
  try {
    readIdentity({ ...claims, ...change }, at)
    return undefined
  } catch (error) {
    return kindOf(error)
  }
}

describe('an ID token that has just been issued @164.312(d)', () => {
  it('tells who signed in, and when they proved it', () => {
    expect(readIdentity(claims, moments)).toEqual({ issuer: claims.iss, sub: 'person-1', name: 'Dr A', fhirUser: 'Practitioner/1', authTime: (start + 15) * 1_000, proof: { acr: undefined, amr: [] } })
  })

  it('tells how they proved it; what is no text is not told', () => {
    expect(readIdentity({ ...claims, acr: 'urn:example:mfa', amr: ['pwd', 'otp'] }, moments).proof).toEqual({ acr: 'urn:example:mfa', amr: ['pwd', 'otp'] })
    for (const amr of ['mfa', 'pwd mfa', { mfa: true }, [1], null, [['mfa']]]) expect(readIdentity({ ...claims, amr, acr: ['urn:example:mfa'] }, moments).proof).toEqual({ acr: undefined, amr: [] })
  })

  it('is refused when the person was not asked again: the last physician’s cookie signs nobody in', () => {
    expect(failure({ auth_time: start - 8 * 3_600 })).toBe('sign-in-stale')
  })

  it('is refused even when that cookie is half a minute old: skew of clocks gives it no room', () => {
    expect(failure({ auth_time: start - 30 })).toBe('sign-in-stale')
    expect(failure({ auth_time: start - 8 })).toBe('sign-in-stale')
  })

  it('is refused when it does not say when the person was asked', () => {
    expect(failure({ auth_time: undefined })).toBe('sign-in-stale')
  })

  it('is accepted from an EHR whose clock is up to a minute off, either way', () => {
    for (const off of [-58, 58]) expect(failure({ iat: claims.iat + off, auth_time: claims.auth_time + off })).toBeUndefined()
  })

  it('names the clock when it is further off, either way', () => {
    for (const off of [-600, -85, 85, 600]) expect(failure({ iat: claims.iat + off, auth_time: claims.auth_time + off })).toBe('sign-in-clock')
  })

  it('is accepted when the clock is put right while the person signs in: only the moment of the answer is read from it', () => {
    expect(failure({}, { answeredAt: (start + 20) * 1_000, elapsedMs: 20_000 })).toBeUndefined()
    expect(failure({}, { answeredAt: (start + 20) * 1_000, elapsedMs: 290_000 })).toBeUndefined()
  })

  it('is accepted with a name that is odd, which is shown and decides nothing', () => {
    for (const name of [7, 'x'.repeat(5_000), '']) expect(failure({ name })).toBeUndefined()
  })

  it('is refused when the person is said to be asked later than it was issued', () => {
    expect(failure({ auth_time: start + 500 })).toBe('sign-in-mismatch')
  })

  it('is refused without a person, or with claims of another kind', () => {
    expect(failure({ sub: '' })).toBe('sign-in-mismatch')
    expect(failure({ iat: 'now' })).toBe('sign-in-mismatch')
    expect(failure({ fhirUser: 7 })).toBe('sign-in-mismatch')
  })
})
