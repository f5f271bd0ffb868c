import { z } from 'zod'

/** What honest, real servers do otherwise than a client expects. None of it is an attack; each is in the field. */
export const Habits = z.strictObject({
  /** `fixed`: loopback redirects only on the registered port, against RFC 8252 §7.3. */
  redirectPorts: z.enum(['any', 'fixed']),
  fhirUser: z.enum(['absolute', 'relative']),
  /** `v1`: the token answer names its scopes in SMART v1 spelling. */
  scopes: z.enum(['v2', 'v1']),
})

export const expectedHabits: z.infer<typeof Habits> = { redirectPorts: 'any', fhirUser: 'absolute', scopes: 'v2' }
