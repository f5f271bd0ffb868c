import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK } from 'jose'
import { z } from 'zod'
import type { Clock } from '../../shared/clock.ts'
import { readJson, type StateFolder, writeJson } from '../state.ts'

export const setAlgorithm = 'ES256'
type SigningKey = Awaited<ReturnType<typeof importJWK>>

/** In the state folder, 0600. */
const file = 'lockout-keys.json'
const Public = z.object({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string(), kid: z.string() })
const Stored = z.object({ keys: z.array(Public.extend({ d: z.string(), madeAt: z.number() })).min(1) })
type StoredKey = z.infer<typeof Stored>['keys'][number]

/** A key that has been replaced is still published for so long: for what it signed that is on its way. Milliseconds. */
const overlapMs = 3_600_000

/** The keys that sign orders: apart from those of ID tokens, so that neither can be used for the other. */
export interface TransmitterKeys {
  /** As `jwks_uri` answers (RFC 7517). */
  published(): { keys: readonly object[] }
  current(): Promise<{ kid: string; key: SigningKey }>
  /** Signs with a new key from now on. Gives its `kid`. */
  rotate(): Promise<string>
}

async function makeKey(madeAt: number): Promise<StoredKey> {
  const { privateKey } = await generateKeyPair(setAlgorithm, { extractable: true })
  const jwk = await exportJWK(privateKey)
  return Stored.shape.keys.element.parse({ ...jwk, kid: await calculateJwkThumbprint(jwk), madeAt })
}

export async function openTransmitterKeys(folder: StateFolder, clock: Clock): Promise<TransmitterKeys> {
  const stored = Stored.safeParse(await readJson(folder, file))
  let keys = stored.success ? stored.data.keys : [await makeKey(clock.now())]
  if (!stored.success) await writeJson(folder, file, { keys })
  let imported: { kid: string; key: SigningKey } | undefined

  return {
    published: () => ({
      keys: keys.filter((_key, index) => (keys[index + 1]?.madeAt ?? Infinity) > clock.now() - overlapMs).map((key) => ({ ...Public.parse(key), use: 'sig', alg: setAlgorithm })),
    }),
    async current() {
      const newest = keys.at(-1)
      if (newest === undefined) throw new Error('there is no key to sign orders with')
      if (imported?.kid !== newest.kid) imported = { kid: newest.kid, key: await importJWK(newest, setAlgorithm) }
      return imported
    },
    async rotate() {
      const fresh = await makeKey(clock.now())
      await writeJson(folder, file, { keys: [...keys, fresh] })
      keys = [...keys, fresh]
      return fresh.kid
    },
  }
}
