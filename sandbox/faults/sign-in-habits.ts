import { z } from 'zod'

/** What honest, real authorization servers do otherwise than a client expects. None of it is an attack; each is in the field. */
export const SignInHabits = z.strictObject({
  /** `fixed`: loopback redirects only on the registered port, against RFC 8252 §7.3. */
  redirectPorts: z.enum(['any', 'fixed']),
  /** How ID tokens are signed. Only the OpenID configuration tells; SMART's has no place for it. */
  idTokenAlgorithm: z.enum(['RS256', 'ES384']),
  /** What a refresh is answered with. RFC 6749 §6 and OpenID Connect Core §12.2 allow the last two; the first is plainly wrong, and seen. */
  refreshAnswer: z.enum(['whole', 'id-token-without-audience', 'without-id-token', 'without-refresh-token']),
  /**
   * A refresh token that comes a second time. `lost-answer`: is answered anew for ten minutes, while nothing of the answer was redeemed; `never`: takes the
   * whole grant with it, though the first answer reached nobody.
   */
  refreshReuse: z.enum(['lost-answer', 'never']),
  /** `relative`: to the FHIR base. `as-profile`: in the claim `profile`, as before SMART 1.0. */
  fhirUser: z.enum(['absolute', 'relative', 'as-profile']),
  /** `v1`: the server knows SMART v1 scopes alone, asked and granted. `unsaid`: the token answer names none, though it must where it grants less. */
  scopes: z.enum(['v2', 'v1', 'unsaid']),
  /** Types whose scopes are granted to nobody, whatever the role; where one is named, `user/*` is granted to nobody either. */
  withheld: z.array(z.string().regex(/^[A-Z][A-Za-z]{1,63}$/)).max(40).readonly(),
})

export const expectedSignIn = {
  redirectPorts: 'any',
  idTokenAlgorithm: 'RS256',
  refreshAnswer: 'whole',
  refreshReuse: 'lost-answer',
  fhirUser: 'absolute',
  scopes: 'v2',
  withheld: [],
} as const satisfies z.infer<typeof SignInHabits>
