import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { hashRaw } from '@node-rs/argon2'
import canonicalize from 'canonicalize'
import { type Argon2Cost, type KeySlot, type OldDek, type PinSlot, type ShareSlot, vaultFormat } from './key-file.ts'

/** `main`'s part of a key, and the name by which a slot says which one it needs. 32 bytes; who wraps or unwraps with it zeroes it. */
export interface KeyPart {
  readonly id: string
  readonly part: Uint8Array
}

export const copyOf = ({ id, part }: KeyPart) => ({ id, part: Buffer.from(part) })

/** A data-encryption key (DEK) and its number. 32 bytes. */
export interface Dek {
  readonly generation: number
  readonly key: Buffer
}

/**
 * Wraps a DEK under a PIN and `main`'s part of the key. Neither opens it alone. Zeroes `pin` and the part, not the DEK.
 */
export async function wrapUnderPin(dek: Dek, pin: Buffer, keyPart: KeyPart, userKey: string, cost: Argon2Cost): Promise<PinSlot> {
  const salt = randomBytes(16)
  const head = { kind: 'pin', generation: dek.generation, part: keyPart.id, argon2: cost } as const
  const kek = keyEncryptionKey(await stretched(pin, salt, cost), keyPart.part, salt, head.kind, userKey)
  return { ...head, salt: salt.toString('base64'), ...wrapped(dek.key, kek, additionalData(userKey, head)) }
}

/** The same under the share that the EHR holds: 32 random bytes, which need no stretching. Zeroes `share` and the part. */
export function wrapUnderShare(dek: Dek, share: Buffer, keyPart: KeyPart, userKey: string): ShareSlot {
  const salt = randomBytes(16)
  const head = { kind: 'share', generation: dek.generation, part: keyPart.id } as const
  const kek = keyEncryptionKey(share, keyPart.part, salt, head.kind, userKey)
  return { ...head, salt: salt.toString('base64'), ...wrapped(dek.key, kek, additionalData(userKey, head)) }
}

/** The DEK, or nothing if the PIN, the key part, the user or the slot is another. Zeroes `pin` and `part`. */
export async function unwrapWithPin(slot: PinSlot, pin: Buffer, part: Uint8Array, userKey: string): Promise<Dek | undefined> {
  const salt = Buffer.from(slot.salt, 'base64')
  const { kind, generation, part: named, argon2 } = slot
  return dekOf(slot, unwrapped(slot, keyEncryptionKey(await stretched(pin, salt, argon2), part, salt, kind, userKey), additionalData(userKey, { kind, generation, part: named, argon2 })))
}

/** The DEK, or nothing if the share, the key part, the user or the slot is another. Zeroes `share` and `part`. */
export function unwrapWithShare(slot: ShareSlot, share: Buffer, part: Uint8Array, userKey: string): Dek | undefined {
  const salt = Buffer.from(slot.salt, 'base64')
  const { kind, generation, part: named } = slot
  return dekOf(slot, unwrapped(slot, keyEncryptionKey(share, part, salt, kind, userKey), additionalData(userKey, { kind, generation, part: named })))
}

const dekOf = ({ generation }: KeySlot, key: Buffer | undefined): Dek | undefined => key && { generation, key }

/**
 * The DEK before another one, under that one: whoever opens the newer can go on with what the older sealed. Zeroes neither.
 */
export function wrapOld(old: Dek, under: Dek, userKey: string): OldDek {
  return { generation: old.generation, ...wrapped(old.key, oldKey(under), oldContext(old.generation, under, userKey)) }
}

/** Nothing if the newer DEK, the user or a number is another. */
export function unwrapOld(old: OldDek, under: Dek, userKey: string): Dek | undefined {
  const key = unwrapped(old, oldKey(under), oldContext(old.generation, under, userKey))
  return key && { generation: old.generation, key }
}

const oldKey = ({ key }: Dek) => createHmac('sha256', key).update(`chartkeep/${vaultFormat}/previous`).digest()
const oldContext = (generation: number, under: Dek, userKey: string) => Buffer.from(canonicalize({ format: vaultFormat, userKey, generation, under: under.generation }) ?? '')

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
function wrapped(dek: Uint8Array, kek: Buffer, context: Buffer): Pick<KeySlot, 'nonce' | 'wrapped'> {
  const nonce = randomBytes(12)
  try {
    const cipher = createCipheriv('aes-256-gcm', kek, nonce).setAAD(context)
    const sealed = Buffer.concat([cipher.update(dek), cipher.final(), cipher.getAuthTag()])
    return { nonce: nonce.toString('base64'), wrapped: sealed.toString('base64') }
  } finally {
    kek.fill(0)
  }
}

/** Takes ownership of `kek`. */
function unwrapped(slot: Pick<KeySlot, 'nonce' | 'wrapped'>, kek: Buffer, context: Buffer): Buffer | undefined {
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
function additionalData(userKey: string, head: { readonly kind: KeySlot['kind']; readonly generation: number; readonly part: string; readonly argon2?: Argon2Cost }): Buffer {
  return Buffer.from(canonicalize({ format: vaultFormat, userKey, ...head }) ?? '')
}
