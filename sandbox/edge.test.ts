import { describe, expect, it } from 'vitest'
import { intercept } from './edge.ts'
import { Faults, FaultChange, faultSwitches, noFaults } from './faults/index.ts'

const places = { otherHost: 'https://localhost:1', fixedRedirectPort: 47_213 }
const paths = ['/fhir/R4/Patient?name=x', '/fhir/R4/.well-known/smart-configuration', '/auth/token', '/auth/authorize?redirect_uri=x', '/device/registrations']

describe('an honest sandbox', () => {
  it('touches no request', () => {
    for (const path of [...paths, '/', '//', '//evil.example/x', '/%ff?%', '*']) {
      expect(intercept(path, noFaults, places)).toBeUndefined()
    }
  })
})

describe('a faulty sandbox', () => {
  it('drops everything but the control plane when the network is cut', () => {
    const cut = { ...noFaults, network: 'cut' as const }
    for (const path of paths) expect(intercept(path, cut, places)).toEqual({ kind: 'drop' })
    expect(intercept('/sandbox/faults', cut, places)).toBeUndefined()
  })

  it('sends FHIR calls to another host with their path, and leaves discovery alone', () => {
    const redirecting = { ...noFaults, fhir: 'redirect' as const }
    expect(intercept('/fhir/R4/Patient?name=x', redirecting, places)).toEqual({
      kind: 'redirect',
      to: 'https://localhost:1/elsewhere/fhir/R4/Patient?name=x',
    })
    expect(intercept('/fhir/R4/.well-known/smart-configuration', redirecting, places)).toBeUndefined()
  })

  it('refuses any redirect port but the fixed one', () => {
    const strict = { ...noFaults, redirectPorts: 'fixed' as const }
    const at = (port: number) => `/auth/authorize?redirect_uri=${encodeURIComponent(`http://127.0.0.1:${port}/callback`)}`
    expect(intercept(at(47_213), strict, places)).toBeUndefined()
    expect(intercept(at(1234), strict, places)).toMatchObject({ kind: 'answer', status: 400 })
  })
})

describe('the switches', () => {
  it('keep what was not named, and refuse what they do not know', () => {
    const switches = faultSwitches()
    switches.set({ idToken: 'wrong-nonce' })
    switches.set({ fhir: 'redirect' })
    expect(switches.current()).toEqual({ ...noFaults, idToken: 'wrong-nonce', fhir: 'redirect' })
    expect(FaultChange.safeParse({ idtoken: 'ok' }).success).toBe(false)
    switches.reset()
    expect(switches.current()).toEqual(Faults.parse(noFaults))
  })
})
