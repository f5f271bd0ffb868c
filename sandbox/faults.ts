import { z } from 'zod'

/**
 * The ways in which this EHR can be told to misbehave, so that a client can prove what it does then.
 * The first value of each is the honest one.
 */
export const Faults = z.strictObject({
  /** `cut`: every connection is dropped, as by a pulled cable. */
  network: z.enum(['up', 'cut']),
  /** `foreign`: a certificate for the right names, of an authority that no pin names. */
  certificate: z.enum(['ours', 'foreign']),
  /** The SMART and OpenID configuration documents. */
  discovery: z.enum(['ok', 'server-error', 'missing', 'not-json', 'wrong-issuer']),
  tokenEndpoint: z.enum(['ok', 'server-error', 'not-json']),
  /** `without-audience` is what a real server sends at refresh: an ID token that lacks `aud`. */
  idToken: z.enum([
    'ok',
    'wrong-nonce',
    'wrong-issuer',
    'wrong-audience',
    'wrong-subject',
    'old-auth-time',
    'bad-signature',
    'without-audience',
  ]),
  /** The redirect back to the client. */
  callback: z.enum(['ok', 'wrong-state', 'wrong-issuer']),
  /** `expired`: an authorization code is too old by the time it is redeemed. */
  code: z.enum(['ok', 'expired']),
  /** `redirect`: every FHIR call is sent to another host, which counts who comes with a token. */
  fhir: z.enum(['ok', 'redirect', 'server-error', 'not-json']),
  /** `fixed`: loopback redirects only on the registered port, against RFC 8252 §7.3; real servers do so. */
  redirectPorts: z.enum(['any', 'fixed']),
  fhirUser: z.enum(['absolute', 'relative']),
  /** `v1`: the token answer names its scopes in SMART v1 spelling. */
  scopes: z.enum(['v2', 'v1']),
})
export type Faults = z.infer<typeof Faults>

export const noFaults: Faults = {
  network: 'up',
  certificate: 'ours',
  discovery: 'ok',
  tokenEndpoint: 'ok',
  idToken: 'ok',
  callback: 'ok',
  code: 'ok',
  fhir: 'ok',
  redirectPorts: 'any',
  fhirUser: 'absolute',
  scopes: 'v2',
}

/** Some faults, named; the others stay as they are. */
export const FaultChange = Faults.partial()
export type FaultChange = z.infer<typeof FaultChange>

export interface FaultSwitches {
  current(): Faults
  set(change: FaultChange): void
  reset(): void
}

/** `changed` is called after each change, with the faults as they are and as they were. */
export function faultSwitches(changed: (now: Faults, before: Faults) => void = () => {}): FaultSwitches {
  let faults = noFaults
  const become = (next: Faults) => {
    const before = faults
    faults = next
    changed(faults, before)
  }
  return {
    current: () => faults,
    set: (change) => become(Faults.parse({ ...faults, ...change })),
    reset: () => become(noFaults),
  }
}
