import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { hashRaw } from '@node-rs/argon2'
import canonicalize from 'canonicalize'
import { type Argon2Cost, type KeySlot, type PinSlot, type ShareSlot, vaultFormat } from './key-file.ts'

/** `main`'s part of a key, and the name by which a slot says which one it needs. 32 bytes; who wraps or unwraps with it zeroes it. */
export interface KeyPart {
  readonly id: string
  readonly part: Uint8Array
}

/**
 * Wraps a DEK under a PIN and `main`'s part of the key. Neither opens it alone. Zeroes `pin` and the part, not the DEK.
 */
export async function wrapUnderPin(dek: Uint8Array, pin: Buffer, keyPart: KeyPart, userKey: string, cost: Argon2Cost): Promise<PinSlot> {
  const salt = randomBytes(16)
  const head = { kind: 'pin', part: keyPart.id, argon2: cost } as const
  const kek = keyEncryptionKey(await stretched(pin, salt, cost), keyPart.part, salt, head.kind, userKey)
  return { ...head, ...wrapped(dek, kek, salt, additionalData(userKey, head)) }
}

/** The same under the share that the EHR holds: 32 random bytes, which need no stretching. Zeroes `share` and the part. */
export function wrapUnderShare(dek: Uint8Array, share: Buffer, keyPart: KeyPart, userKey: string): ShareSlot {
  const salt = randomBytes(16)
  const head = { kind: 'share', part: keyPart.id } as const
  const kek = keyEncryptionKey(share, keyPart.part, salt, head.kind, userKey)
  return { ...head, ...wrapped(dek, kek, salt, additionalData(userKey, head)) }
}

/** The DEK, or nothing if the PIN, the key part, the user or the slot is another. Zeroes `pin` and `part`. */
export async function unwrapWithPin(slot: PinSlot, pin: Buffer, part: Uint8Array, userKey: string): Promise<Buffer | undefined> {
  const salt = Buffer.from(slot.salt, 'base64')
  return unwrapped(slot, keyEncryptionKey(await stretched(pin, salt, slot.argon2), part, salt, slot.kind, userKey), additionalData(userKey, { kind: slot.kind, part: slot.part, argon2: slot.argon2 }))
}

/** The DEK, or nothing if the share, the key part, the user or the slot is another. Zeroes `share` and `part`. */
export function unwrapWithShare(slot: ShareSlot, share: Buffer, part: Uint8Array, userKey: string): Buffer | undefined {
  const salt = Buffer.from(slot.salt, 'base64')
  return unwrapped(slot, keyEncryptionKey(share, part, salt, slot.kind, userKey), additionalData(userKey, { kind: slot.kind, part: slot.part }))
}

/**
 * A PIN as the bytes that are stretched. The string it came in cannot be wiped: it is garbage once the call that carried it ends, and its memory goes
 * when the process does, at the lock.
 */
export function pinBytes(pin: string): Buffer {
  return Buffer.from(pin.normalize('NFKC'), 'utf8')
}

async function stretched(pin: Buffer, salt: Buffer, { memory, passes, lanes }: Argon2Cost): Promise<Buffer> {
  try {
    // Argon2id is the library's default; its names of algorithms exist at compile time only.
    return await hashRaw(pin, { memoryCost: memory, timeCost: passes, parallelism: lanes, outputLen: 32, salt })
  } finally {
    pin.fill(0)
  }
}

/** Zeroes both secrets. */
function keyEncryptionKey(secret: Buffer, part: Uint8Array, salt: Buffer, kind: KeySlot['kind'], userKey: string): Buffer {
  const both = Buffer.alloc(64)
  try {
    both.set(part.subarray(0, 32), 0)
    both.set(secret.subarray(0, 32), 32)
    return Buffer.from(hkdfSync('sha256', both, salt, `chartkeep/${vaultFormat}/kek/${kind}/${userKey}`, 32))
  } finally {
    for (const bytes of [secret, part, both]) bytes.fill(0)
  }
}

/** Takes ownership of `kek`. */
function wrapped(dek: Uint8Array, kek: Buffer, salt: Buffer, context: Buffer): Pick<KeySlot, 'salt' | 'nonce' | 'wrapped'> {
  const nonce = randomBytes(12)
  try {
    const cipher = createCipheriv('aes-256-gcm', kek, nonce).setAAD(context)
    const sealed = Buffer.concat([cipher.update(dek), cipher.final(), cipher.getAuthTag()])
    return { salt: salt.toString('base64'), nonce: nonce.toString('base64'), wrapped: sealed.toString('base64') }
  } finally {
    kek.fill(0)
  }
}

/** Takes ownership of `kek`. */
function unwrapped(slot: KeySlot, kek: Buffer, context: Buffer): Buffer | undefined {
  const sealed = Buffer.from(slot.wrapped, 'base64')
  const decipher = createDecipheriv('aes-256-gcm', kek, Buffer.from(slot.nonce, 'base64'), { authTagLength: 16 }).setAAD(context).setAuthTag(sealed.subarray(-16))
  kek.fill(0)
  const opened = decipher.update(sealed.subarray(0, -16))
  try {
    decipher.final()
    return opened
  } catch {
    opened.fill(0)
    return undefined
  }
}

/** What a slot is bound to beside its two secrets: moved to another user, made cheaper or given another kind, it does not open. */
function additionalData(userKey: string, head: { readonly kind: KeySlot['kind']; readonly part: string; readonly argon2?: Argon2Cost }): Buffer {
  return Buffer.from(canonicalize({ format: vaultFormat, userKey, ...head }) ?? '')
}
