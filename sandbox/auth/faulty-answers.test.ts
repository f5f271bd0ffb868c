import { describe, expect, it } from 'vitest'
import { faultyCallback, faultyClaims, skewedClaims } from './faulty-answers.ts'

const claims = { iss: 'https://s/auth', aud: 'c', sub: 'p', nonce: 'n', iat: 1000, exp: 1300, auth_time: 990 }

describe('an ID token', () => {
  it('with a fault differs from the honest one in that claim alone', () => {
    const faults = [
      ['wrong-nonce', 'nonce'],
      ['wrong-issuer', 'iss'],
      ['wrong-audience', 'aud'],
      ['wrong-subject', 'sub'],
      ['old-auth-time', 'auth_time'],
    ] as const
    for (const [fault, claim] of faults) {
      const { [claim]: changed, ...rest } = faultyClaims(claims, fault)
      const { [claim]: honest, ...same } = claims
      expect(changed).not.toEqual(honest)
      expect(rest).toEqual(same)
    }
  })

  it('of a server whose clock is wrong has all its times moved', () => {
    expect(skewedClaims(claims, -600)).toEqual({ ...claims, iat: 400, exp: 700, auth_time: 390 })
  })
})

describe('a callback', () => {
  it('with a fault carries the state, or the issuer, of someone else', () => {
    const honest = 'http://127.0.0.1:1/callback?code=c&state=s&iss=https%3A%2F%2Fs%2Fauth'
    expect(new URL(faultyCallback(honest, 'wrong-state')).searchParams.get('state')).not.toBe('s')
    expect(new URL(faultyCallback(honest, 'wrong-issuer')).searchParams.get('iss')).toBe('https://impostor.example/auth')
    expect(faultyCallback(honest, 'ok')).toBe(honest)
  })
})
