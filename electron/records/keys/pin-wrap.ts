import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { hashRaw } from '@node-rs/argon2'
import canonicalize from 'canonicalize'
import { type Argon2Cost, type PinSlot, vaultFormat } from './key-file.ts'

/** What the key of a slot depends on beside the two secrets. */
interface WrapContext {
  readonly userKey: string
  readonly argon2: Argon2Cost
}

/**
 * Wraps a DEK under a PIN and `main`'s part of the key (32 bytes). Neither opens it alone. Zeroes `pin` and `keyPart`, not the DEK.
 */
export async function wrapUnderPin(dek: Uint8Array, pin: Buffer, keyPart: Uint8Array, userKey: string, cost: Argon2Cost): Promise<PinSlot> {
  const salt = randomBytes(16)
  const nonce = randomBytes(12)
  const context = { userKey, argon2: cost }
  const kek = await keyEncryptionKey(pin, keyPart, salt, context)
  try {
    const cipher = createCipheriv('aes-256-gcm', kek, nonce).setAAD(additionalData(context))
    const wrapped = Buffer.concat([cipher.update(dek), cipher.final(), cipher.getAuthTag()])
    return { kind: 'pin', argon2: cost, salt: salt.toString('base64'), nonce: nonce.toString('base64'), wrapped: wrapped.toString('base64') }
  } finally {
    kek.fill(0)
  }
}

/** The DEK, or nothing if the PIN, the key part, the user or the slot is another. Zeroes `pin` and `keyPart`. */
export async function unwrapWithPin(slot: PinSlot, pin: Buffer, keyPart: Uint8Array, userKey: string): Promise<Buffer | undefined> {
  const context = { userKey, argon2: slot.argon2 }
  const kek = await keyEncryptionKey(pin, keyPart, Buffer.from(slot.salt, 'base64'), context)
  const wrapped = Buffer.from(slot.wrapped, 'base64')
  try {
    const decipher = createDecipheriv('aes-256-gcm', kek, Buffer.from(slot.nonce, 'base64'), { authTagLength: 16 })
      .setAAD(additionalData(context))
      .setAuthTag(wrapped.subarray(-16))
    const opened = decipher.update(wrapped.subarray(0, -16))
    try {
      decipher.final()
      return opened
    } catch {
      opened.fill(0)
      return undefined
    }
  } finally {
    kek.fill(0)
  }
}

/**
 * A PIN as the bytes that are stretched. The string it came in cannot be wiped: it is garbage once the call that carried it ends, and its memory goes
 * when the process does, at the lock.
 */
export function pinBytes(pin: string): Buffer {
  return Buffer.from(pin.normalize('NFKC'), 'utf8')
}

async function keyEncryptionKey(pin: Buffer, keyPart: Uint8Array, salt: Buffer, { userKey, argon2 }: WrapContext): Promise<Buffer> {
  let stretched: Buffer | undefined
  const secret = Buffer.alloc(64)
  try {
    // Argon2id is the library's default; its names of algorithms exist at compile time only.
    stretched = await hashRaw(pin, { memoryCost: argon2.memory, timeCost: argon2.passes, parallelism: argon2.lanes, outputLen: 32, salt })
    secret.set(keyPart.subarray(0, 32), 0)
    secret.set(stretched, 32)
    return Buffer.from(hkdfSync('sha256', secret, salt, `chartkeep/${vaultFormat}/kek/pin/${userKey}`, 32))
  } finally {
    pin.fill(0)
    keyPart.fill(0)
    stretched?.fill(0)
    secret.fill(0)
  }
}

function additionalData(context: WrapContext): Buffer {
  return Buffer.from(canonicalize({ format: vaultFormat, kind: 'pin', ...context }) ?? '')
}
