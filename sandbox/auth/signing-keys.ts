import { randomBytes } from 'node:crypto'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { z } from 'zod'
import { readJson, type StateFolder, writeJson } from '../state.ts'

/** The algorithms a client must be ready for: RS256 is OpenID's default, ES384 what SMART servers often use. */
type IdTokenAlgorithm = 'RS256' | 'ES384'

/** Private keys that outlive a run: those that sign ID tokens, and the one that signs cookies. */
export interface SigningKeys {
  idToken: Readonly<Record<IdTokenAlgorithm, JWK>>
  cookie: string
}

const Jwk = z.looseObject({ kty: z.string(), kid: z.string() })
const Stored = z.object({ idToken: z.object({ RS256: Jwk, ES384: Jwk }), cookie: z.string().min(32) })

async function makeKey(alg: IdTokenAlgorithm): Promise<JWK & { kty: string; kid: string }> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true })
  const { kty, ...jwk } = await exportJWK(privateKey)
  if (kty === undefined) throw new Error('the exported key names no type')
  return { ...jwk, kty, kid: randomBytes(8).toString('hex'), alg, use: 'sig' }
}

/** Reads the keys from the state folder, or makes them at the first start. */
export async function signingKeys(folder: StateFolder): Promise<SigningKeys> {
  const stored = Stored.safeParse(await readJson(folder, 'signing-keys.json'))
  if (stored.success) return stored.data
  const [rsa, ec] = await Promise.all([makeKey('RS256'), makeKey('ES384')])
  const fresh = { idToken: { RS256: rsa, ES384: ec }, cookie: randomBytes(32).toString('base64url') }
  await writeJson(folder, 'signing-keys.json', fresh)
  return fresh
}
