import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { z } from 'zod'
import { ChartkeepError } from '../../shared/errors.ts'
import type { Keychain } from './keychain.ts'

const account = 'device-key'

const Stored = z.strictObject({
  deviceId: z.string().regex(/^[A-Za-z0-9_-]{22}$/),
  /** PKCS#8, base64. */
  key: z.string().max(200),
})

export interface DeviceKey {
  /** 22 characters of A–Z a–z 0–9 _ -: 128 random bits. */
  readonly deviceId: string
  /** Ed25519 (RFC 8037). */
  readonly publicJwk: { readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly x: string }
  sign(bytes: Uint8Array): Uint8Array
}

/** The workstation's own key: made at the first start, kept in the keychain. Rejects `keychain-corrupt` if what is there is no key. */
export async function openDeviceKey(keychain: Keychain): Promise<DeviceKey> {
  const stored = await keychain.get(account)
  if (stored !== undefined) return read(stored)
  const { privateKey } = generateKeyPairSync('ed25519')
  const deviceId = randomBytes(16).toString('base64url')
  await keychain.set(account, JSON.stringify({ deviceId, key: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64') }))
  return deviceKey(deviceId, privateKey)
}

function read(stored: string): DeviceKey {
  try {
    const { deviceId, key } = Stored.parse(JSON.parse(stored))
    return deviceKey(deviceId, createPrivateKey({ key: Buffer.from(key, 'base64'), type: 'pkcs8', format: 'der' }))
  } catch (cause) {
    throw new ChartkeepError('keychain-corrupt', {}, { cause })
  }
}

function deviceKey(deviceId: string, privateKey: KeyObject): DeviceKey {
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' })
  // Keys of other kinds have an `x` too, and sign nothing that anybody could verify.
  if (privateKey.asymmetricKeyType !== 'ed25519' || typeof x !== 'string') throw new ChartkeepError('keychain-corrupt')
  return { deviceId, publicJwk: { kty: 'OKP', crv: 'Ed25519', x }, sign: (bytes) => sign(null, bytes, privateKey) }
}
