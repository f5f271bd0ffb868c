import { errors, importJWK, jwtVerify } from 'jose'
import { z } from 'zod'
import type { Clock } from '../../shared/clock.ts'

/** The public half of an Ed25519 key (RFC 8037). Strict: a private key (`d`) sent by mistake is refused, not stored. */
export const PublicKeyJwk = z.strictObject({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
})
export type PublicKeyJwk = z.infer<typeof PublicKeyJwk>

/** A proof older or newer than this by the server's clock is refused. Seconds. */
export const proofSeconds = 300

const Claims = z.object({ jti: z.string().min(16).max(128), iat: z.number().int() })

export type ProofResult = { kind: 'proven'; jti: string } | { kind: 'refused'; error: 'proof-expired' | 'proof-invalid' }

/**
 * Whether a compact JWS shows possession of the key: signed with it (EdDSA), `aud` the registration URL, `sub` the
 * device id, `iat` within five minutes of the server's clock, and a `jti` for the caller to burn.
 */
export async function checkProof(
  proof: string,
  expected: { key: PublicKeyJwk; audience: string; deviceId: string; clock: Clock },
): Promise<ProofResult> {
  const { key, audience, deviceId, clock } = expected
  try {
    const { payload } = await jwtVerify(proof, await importJWK(key, 'EdDSA'), {
      algorithms: ['EdDSA', 'Ed25519'],
      audience,
      subject: deviceId,
      requiredClaims: ['jti', 'iat'],
      maxTokenAge: proofSeconds,
      clockTolerance: proofSeconds, // for a workstation that is ahead; the past is narrowed again below
      currentDate: new Date(clock.now()),
    })
    const claims = Claims.parse(payload)
    if (clock.now() / 1000 - claims.iat > proofSeconds) return { kind: 'refused', error: 'proof-expired' }
    return { kind: 'proven', jti: claims.jti }
  } catch (error) {
    const isAge = error instanceof errors.JWTExpired
    const isEarly = error instanceof errors.JWTClaimValidationFailed && error.claim === 'iat'
    return { kind: 'refused', error: isAge || isEarly ? 'proof-expired' : 'proof-invalid' }
  }
}
