import { z } from 'zod'

/** Lies and failures of the authorization server. */
export const SignInFaults = z.strictObject({
  /** The SMART and OpenID configuration documents. */
  discovery: z.enum(['ok', 'server-error', 'missing', 'not-json', 'wrong-issuer']),
  tokenEndpoint: z.enum(['ok', 'server-error', 'not-json']),
  /**
   * `absent`: there is none, as its configuration says. `of-access-tokens`: any other is over, by what it says (RFC 7662 §2.2 lets it). `of-another`: what
   * is said is about somebody else.
   */
  introspection: z.enum(['ok', 'absent', 'of-access-tokens', 'of-another']),
  idToken: z.enum(['ok', 'wrong-nonce', 'wrong-issuer', 'wrong-audience', 'wrong-subject', 'old-auth-time', 'bad-signature']),
  /** The redirect back to the client. */
  callback: z.enum(['ok', 'wrong-state', 'wrong-issuer']),
  /** `expired`: an authorization code is too old by the time it is redeemed. */
  code: z.enum(['ok', 'expired']),
})

export const soundSignIn = { discovery: 'ok', tokenEndpoint: 'ok', introspection: 'ok', idToken: 'ok', callback: 'ok', code: 'ok' } as const satisfies z.infer<typeof SignInFaults>
