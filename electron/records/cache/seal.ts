import { createCipheriv, createDecipheriv, randomFillSync } from 'node:crypto'
import { ChartkeepError } from '../../../shared/errors.ts'
import { type Keyring, saltBytes } from '../keys/keyring.ts'
import type { Purpose } from '../keys/purposes.ts'

/**
 * Who keeps a record, why, and what it is. It is not stored with the record: whoever opens one must say the same again,
 * so that a record that was moved to another user, purpose, patient, place or age does not open.
 */
export interface UsageContext {
  /** Opaque key of the user. */
  readonly user: string
  readonly purpose: Purpose
  /** Empty where the record is about no patient. */
  readonly patient: string
  /** What it is: a section's name and part, an id of a row. */
  readonly what: string
  /** The version: when it was true, in epoch milliseconds. An old record cannot be passed off as fresh. */
  readonly asOf: number
}

/**
 * Layout: format (1) · salt (16) · nonce (12) · tag (16) · ciphertext. Salt and nonce are drawn here, anew for each sealing, and no caller can choose
 * either: each record has a key of its own through its salt, so that a pair of key and nonce repeats only if 224 random bits do.
 */
const layoutFormat = 2
const saltEnd = 1 + saltBytes
const nonceEnd = saltEnd + 12
const tagEnd = nonceEnd + 16

/** Random bytes that were drawn together, since each drawing has its price. Each is given out once: the place only moves on. */
const drawn = Buffer.alloc((nonceEnd - 1) * 128)
let given = drawn.length

function drawInto(target: Buffer): void {
  if (given + target.length > drawn.length) {
    randomFillSync(drawn)
    given = 0
  }
  target.set(drawn.subarray(given, given + target.length))
  given += target.length
}

/** AES-256-GCM under the record's own key. Throws `not-permitted` without the purpose's key. */
export function seal(keyring: Keyring, context: UsageContext, plain: Uint8Array): Buffer {
  const sealed = Buffer.allocUnsafe(tagEnd + plain.length)
  sealed[0] = layoutFormat
  drawInto(sealed.subarray(1, nonceEnd))
  const key = keyring.recordKey(context.purpose, sealed.subarray(1, saltEnd))
  try {
    const cipher = createCipheriv('aes-256-gcm', key, sealed.subarray(saltEnd, nonceEnd)).setAAD(additionalData(context))
    // GCM gives as many bytes as it takes, and none at the end.
    sealed.set(cipher.update(plain), tagEnd)
    cipher.final()
    sealed.set(cipher.getAuthTag(), nonceEnd)
    return sealed
  } finally {
    key.fill(0)
  }
}

/** The plain text, whole and unchanged, for the very context it was sealed for. Throws `vault-corrupt`; `not-permitted` without the purpose's key. */
export function unseal(keyring: Keyring, context: UsageContext, sealed: Uint8Array): Buffer {
  if (sealed[0] !== layoutFormat || sealed.length < tagEnd) throw new ChartkeepError('vault-corrupt')
  const key = keyring.recordKey(context.purpose, sealed.subarray(1, saltEnd))
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(saltEnd, nonceEnd), { authTagLength: 16 })
      .setAAD(additionalData(context))
      .setAuthTag(sealed.subarray(nonceEnd, tagEnd))
    const plain = decipher.update(sealed.subarray(tagEnd))
    // Throws if any of it was changed: until then nothing of it is anybody's to see.
    decipher.final()
    return plain
  } catch (cause) {
    throw new ChartkeepError('vault-corrupt', {}, { cause })
  } finally {
    key.fill(0)
  }
}

/** The tag of what `seal` gave, which no other sealing shares: 16 bytes. Of less than a whole one, fewer. */
export function tagOf(sealed: Buffer): Buffer {
  return sealed.subarray(nonceEnd, tagEnd)
}

/** Every field with its quotes: a JSON list has one spelling, and no two contexts share it. */
function additionalData({ user, purpose, patient, what, asOf }: UsageContext): Buffer {
  return Buffer.from(JSON.stringify([layoutFormat, user, purpose, patient, what, asOf]))
}
