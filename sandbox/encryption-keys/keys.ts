import { compactDecrypt, decodeProtectedHeader, exportJWK, generateKeyPair, importJWK, calculateJwkThumbprint } from 'jose'
import { z } from 'zod'
import type { Clock } from '../../shared/clock.ts'
import { readJson, type StateFolder, writeJson } from '../state.ts'

/** How something is encrypted to the EHR (RFC 7518 §4.6): a key agreed anew for each, on a curve that every client has. */
const algorithm = 'ECDH-ES'
const encryption = 'A256GCM'

const PublicJwk = z.object({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string(), kid: z.string() })
const StoredKey = PublicJwk.extend({ d: z.string(), madeAt: z.number() })
/** The newest last. */
const Stored = z.object({ keys: z.array(StoredKey).min(1) })

/** A public key as clients find it (RFC 7517). */
type EncryptionKey = z.infer<typeof PublicJwk> & { use: 'enc'; alg: typeof algorithm }

export interface EncryptionKeys {
  /** The one to encrypt to now, alone in its set: who comes with an older one is still read. */
  published(): { keys: readonly EncryptionKey[] }
  /** Makes a new key, which is published from now on. Gives its `kid`. */
  rotate(): Promise<string>
  /** The text that was encrypted to one of the keys there ever were. Undefined where it was not, or was changed. */
  open(jwe: string): Promise<string | undefined>
}

async function makeKey(madeAt: number): Promise<z.infer<typeof StoredKey>> {
  const { privateKey } = await generateKeyPair(algorithm, { crv: 'P-256', extractable: true })
  const jwk = await exportJWK(privateKey)
  // RFC 7638: the name of a key is its own fingerprint, so that no two can share one.
  return StoredKey.parse({ ...jwk, kid: await calculateJwkThumbprint(jwk), madeAt })
}

/** Reads the keys from this file of the state folder (0600), or makes the first one. Each kind of text has keys, and a file, of its own. */
export async function openEncryptionKeys(folder: StateFolder, file: string, clock: Clock): Promise<EncryptionKeys> {
  const stored = Stored.safeParse(await readJson(folder, file))
  let keys = stored.success ? stored.data.keys : [await makeKey(clock.now())]
  if (!stored.success) await writeJson(folder, file, { keys })

  return {
    published() {
      const newest = PublicJwk.parse(keys.at(-1))
      return { keys: [{ ...newest, use: 'enc', alg: algorithm }] }
    },
    async rotate() {
      const fresh = await makeKey(clock.now())
      // Kept before it is published: a key that is lost makes what was encrypted to it unreadable.
      await writeJson(folder, file, { keys: [...keys, fresh] })
      keys = [...keys, fresh]
      return fresh.kid
    },
    async open(jwe) {
      try {
        const { kid } = decodeProtectedHeader(jwe)
        const key = keys.find((one) => one.kid === kid)
        if (key === undefined) return undefined
        const { plaintext } = await compactDecrypt(jwe, await importJWK(key, algorithm), { keyManagementAlgorithms: [algorithm], contentEncryptionAlgorithms: [encryption] })
        return new TextDecoder('utf-8', { fatal: true }).decode(plaintext)
      } catch {
        return undefined
      }
    },
  }
}
