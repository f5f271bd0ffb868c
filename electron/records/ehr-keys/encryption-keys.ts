import { z } from 'zod'
import { ChartkeepError } from '../../../shared/errors.ts'

/** Where the EHR publishes the keys; an extension of the SMART configuration, which has no such members. */
const members = { 'audit-texts': 'audit_encryption_jwks_uri', files: 'file_encryption_jwks_uri' } as const
const Configuration = z.object({ audit_encryption_jwks_uri: z.url().optional(), file_encryption_jwks_uri: z.url().optional() })

/** A public key of the EHR: RFC 7517, RFC 7518 §4.6 and §6.2.1. Private members make it a mistake, not a key. */
export const EncryptionKey = z
  .object({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
    y: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
    kid: z.string().min(1).max(200),
    use: z.literal('enc'),
    alg: z.literal('ECDH-ES'),
    d: z.undefined().optional(),
  })
  .transform(({ d: _none, ...key }) => key)
export type EncryptionKey = z.infer<typeof EncryptionKey>

const KeySet = z.object({ keys: z.array(z.unknown()).max(20) })

/** Reads a JSON document of the EHR. Rejects with the network's kinds, `server` and `malformed`. */
export type GetJson = (url: string) => Promise<unknown>

/**
 * Reads the EHR's keys for this, those of a kind that we encrypt to; the first is the one to use. Undefined where this EHR
 * publishes none. Whose they are is vouched for by TLS and the pins of the transport, as with every answer: a signature by a key from
 * the same place would prove no more. Rejects `sign-in-discovery` for a place outside the EHR, `malformed` where there are keys and
 * none that we can use, and the network's kinds.
 */
export async function readEncryptionKeys(getJson: GetJson, fhirBase: string, what: keyof typeof members): Promise<readonly EncryptionKey[] | undefined> {
  const configuration = Configuration.safeParse(await getJson(`${fhirBase}/.well-known/smart-configuration`))
  if (!configuration.success) throw new ChartkeepError('malformed')
  const place = configuration.data[members[what]]
  if (place === undefined) return undefined
  if (new URL(place).origin !== new URL(fhirBase).origin) throw new ChartkeepError('sign-in-discovery')
  const set = KeySet.safeParse(await getJson(place))
  const keys = (set.success ? set.data.keys : []).flatMap((key) => EncryptionKey.safeParse(key).data ?? [])
  if (keys.length === 0) throw new ChartkeepError('malformed')
  return keys
}
