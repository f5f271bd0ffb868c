import { Policy } from '../shared/policy.ts'
import { assurances } from './auth/assurance.ts'
import { clientId } from './auth/clients.ts'

/** The policy that points a client at this sandbox; what IT would roll out. In-app sign-in: a bare machine has no browser. */
export function demoPolicy(place: { fhirBase: string; caFile: string; pin: string; hospital: string }): Policy {
  return Policy.parse({
    ehr: {
      fhirBase: place.fhirBase,
      clientId,
      caFile: place.caFile,
      pins: [place.pin],
      signIn: 'in-app',
      redirectPort: 0,
    },
    // Not every demo user has an authenticator app.
    mfa: { required: false, acr: [assurances.mfa.acr] },
    environment: { kind: 'test', label: 'Sandbox: synthetic patients' },
    site: place.hospital,
  })
}
