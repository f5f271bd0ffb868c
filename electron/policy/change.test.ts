import { describe, expect, it } from 'vitest'
import { Policy } from '../../shared/policy.ts'
import { policyChange } from './change.ts'
import type { PolicyInForce } from './read.ts'

const pin = (letter: string) => `sha256/${letter.repeat(43)}=`
const inForce = (ehr: object = {}, more: object = {}, caPem?: string): PolicyInForce => ({
  policy: Policy.parse({ ehr: { fhirBase: 'https://ehr.example.org/fhir', clientId: 'c', pins: [pin('A'), pin('B')], ...ehr }, ...more }),
  caPem,
})

describe('a changed policy, for a session that is under way', () => {
  it.each<[string, PolicyInForce]>([
    ['other pins', inForce({ pins: [pin('A')] })],
    ['other authorities', inForce({}, {}, 'PEM')],
    ['another way to sign in', inForce({ signIn: 'in-app' })],
    ['another port to come back to', inForce({ redirectPort: 4711 })],
  ])('wants a fresh start for %s', (_name, to) => {
    expect(policyChange(inForce(), to)).toEqual({ needsSignIn: false, isOtherWay: true, isOtherDesk: true })
  })

  it.each<[string, PolicyInForce]>([
    ['another EHR', inForce({ fhirBase: 'https://other.example.org/fhir' })],
    ['another client of it', inForce({ clientId: 'other' })],
    ['a second factor that is now demanded', inForce({}, { mfa: { required: true, acr: ['urn:example:mfa'] } })],
  ])('wants another sign-in for %s', (_name, to) => {
    expect(policyChange(inForce(), to)).toEqual({ needsSignIn: true, isOtherWay: true, isOtherDesk: true })
  })

  it('goes on under limits that changed, and under the same pins in another order', () => {
    const to = inForce({ pins: [pin('B'), pin('A')] }, { cache: { enabled: false }, session: { lockAfterSeconds: 30, warnAfterSeconds: 20 }, pin: { minLength: 12 }, site: 'Ward 3' })
    expect(policyChange(inForce(), to)).toEqual({ needsSignIn: false, isOtherWay: false, isOtherDesk: false })
  })

  it('asks for other rights from the next sign-in on, where reports to the EHR begin or end', () => {
    expect(policyChange(inForce(), inForce({}, { audit: { ship: { ehr: false } } }))).toEqual({ needsSignIn: false, isOtherWay: false, isOtherDesk: true })
  })
})
