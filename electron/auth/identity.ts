import { z } from 'zod'
import { ChartkeepError } from '../../shared/errors.ts'
import type { Proof } from './second-factor.ts'

/**
 * Claims of an ID token whose signature, issuer, audience and nonce hold (OpenID Connect Core §2). `fhirUser` is
 * SMART's; `name` and `preferred_username` come with the scope `profile`, where the server knows it.
 */
const Claims = z.object({
  iss: z.string(),
  sub: z.string().min(1).max(255),
  iat: z.number(),
  auth_time: z.number().optional(),
  // Shown, and nothing else: an odd one stops nobody.
  name: z.string().optional().catch(undefined),
  fhirUser: z.string().max(2_000).optional(),
  profile: z.string().max(2_000).optional().catch(undefined),
  // What is not told in its right form is not told.
  acr: z.string().max(200).optional().catch(undefined),
  amr: z.array(z.string()).catch([]),
})

/** Who signed in, as the EHR vouches for it. */
export interface Identity {
  readonly issuer: string
  readonly sub: string
  readonly name: string | undefined
  readonly fhirUser: string | undefined
  /** OpenID's page about the person; before SMART 1.0, and at some servers still, what `fhirUser` is. */
  readonly profile: string | undefined
  /** When the person proved who they are, by the EHR's clock; epoch milliseconds. */
  readonly authTime: number
  /** How they proved it. */
  readonly proof: Proof
}

/** When we were answered, by the wall clock, and how long after we asked, by a clock that nobody can set. */
export interface Moments {
  readonly answeredAt: number
  readonly elapsedMs: number
}

/** How far our clock and the EHR's may be apart. Seconds. */
export const skewSeconds = 60
/** How far the clocks of the EHR's own servers may be apart. Seconds. */
const serverSkewSeconds = 5

/**
 * Reads the ID token of a sign-in that has just happened. Rejects `sign-in-clock` when it was issued at another time
 * than now, and `sign-in-stale` when the person was not asked again: the live cookie of the last physician must not
 * sign in the next, even where a server ignores `prompt=login` and `max_age=0`.
 */
export function readIdentity(claims: unknown, { answeredAt, elapsedMs }: Moments): Identity {
  const parsed = Claims.safeParse(claims)
  if (!parsed.success) throw new ChartkeepError('sign-in-mismatch')
  const { iss, sub, iat, auth_time: authTime, name, fhirUser, profile, acr, amr } = parsed.data
  const [from, to] = [answeredAt - elapsedMs, answeredAt]
  if (iat < from / 1_000 - skewSeconds || iat > to / 1_000 + skewSeconds) throw new ChartkeepError('sign-in-clock')
  // Both times are the EHR's, so that our own clock's error cancels out: half a minute of skew would be half a minute
  // in which the last person's cookie still passes.
  if (authTime === undefined || authTime < iat - elapsedMs / 1_000 - serverSkewSeconds) throw new ChartkeepError('sign-in-stale')
  if (authTime > iat + serverSkewSeconds) throw new ChartkeepError('sign-in-mismatch')
  return { issuer: iss, sub, name, fhirUser, profile, authTime: authTime * 1_000, proof: { acr, amr } }
}
