import { createCipheriv, createDecipheriv, createSecretKey, type DecipherGCM, randomFillSync } from 'node:crypto'
import { z } from 'zod'
import { ChartkeepError } from '../../../shared/errors.ts'
import { parsedJson } from '../../../shared/parsed-json.ts'
import { type Keyring, saltBytes } from '../keys/keyring.ts'
import { type Purpose, purposeNumbers, purposes } from '../keys/purposes.ts'

/**
 * Who keeps a record, why, and what it is. Whoever opens one must say the same again, so that a record that was moved to another user, purpose, patient, place or age does not open.
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
 * Layout: format (1) · purpose (1) · bytes of the context (2) · salt (16) · nonce (12) · tag (16) · ciphertext of the context and what was sealed. Salt and nonce are
 * drawn here, anew for each sealing, and no caller can choose either: each record has a key of its own through its salt, so that a pair of key and nonce
 * repeats only if 224 random bits do. The context is sealed along, so that whoever holds all the keys can seal the record anew (`contextOf`).
 */
const layoutFormat = 3
/**
 * Keys are given to a cipher as KeyObjects: of plain bytes Node 24 finds out by two exceptions that they are none, which takes longer than the rest of
 * making the cipher. The copy in them is cleared when it is freed, as the cipher's own is.
 */
const cipherName = 'aes-256-gcm'
const saltStart = 4
const saltEnd = saltStart + saltBytes
const nonceEnd = saltEnd + 12
const tagEnd = nonceEnd + 16

/** Random bytes that were drawn together, since each drawing has its price. Each is given out once: the place only moves on. */
const drawn = Buffer.alloc((nonceEnd - saltStart) * 128)
let given = drawn.length

function drawInto(target: Buffer, start: number, length: number): void {
  if (given + length > drawn.length) {
    randomFillSync(drawn)
    given = 0
  }
  drawn.copy(target, start, given, given + length)
  given += length
}

/** AES-256-GCM under the record's own key. Throws `not-permitted` without the purpose's key. */
export function seal(keyring: Keyring, context: UsageContext, plain: Uint8Array): Buffer {
  const additional = additionalData(context)
  // Longer than any id that an EHR gives; two bytes say how long.
  if (additional.length > 0xffff) throw new ChartkeepError('too-large')
  const contextEnd = tagEnd + additional.length
  const sealed = Buffer.allocUnsafe(contextEnd + plain.length)
  sealed[0] = layoutFormat
  sealed[1] = purposeNumbers[context.purpose]
  sealed.writeUInt16BE(additional.length, 2)
  drawInto(sealed, saltStart, nonceEnd - saltStart)
  const key = keyring.recordKey(context.purpose, sealed.subarray(saltStart, saltEnd))
  try {
    const cipher = createCipheriv(cipherName, createSecretKey(key), sealed.subarray(saltEnd, nonceEnd)).setAAD(additional)
    sealed.set(additional, tagEnd)
    sealed.set(plain, contextEnd)
    // GCM gives as many bytes as it takes, and none at the end.
    sealed.set(cipher.update(sealed.subarray(tagEnd)), tagEnd)
    cipher.final()
    sealed.set(cipher.getAuthTag(), nonceEnd)
    return sealed
  } finally {
    key.fill(0)
  }
}

/** The plain text, whole and unchanged, for the very context it was sealed for. Throws `vault-corrupt`; `not-permitted` without the purpose's key. */
export function unseal(keyring: Keyring, context: UsageContext, sealed: Buffer): Buffer {
  const additional = additionalData(context)
  if (sealed.length < tagEnd + additional.length || sealed[0] !== layoutFormat || sealed[1] !== purposeNumbers[context.purpose] || sealed.readUInt16BE(2) !== additional.length) throw new ChartkeepError('vault-corrupt')
  const decipher = decipherOf(keyring, context.purpose, sealed).setAAD(additional).setAuthTag(sealed.subarray(nonceEnd, tagEnd))
  try {
    const opened = decipher.update(sealed.subarray(tagEnd))
    // Throws if any of it was changed: until then nothing of it is anybody's to see.
    decipher.final()
    return opened.subarray(additional.length)
  } catch (cause) {
    throw new ChartkeepError('vault-corrupt', {}, { cause })
  }
}

/**
 * For which context it was sealed, as it says itself: a claim, and nothing more, until `unseal` has opened it for that very context. Throws `vault-corrupt`;
 * `not-permitted` without the purpose's key.
 */
export function contextOf(keyring: Keyring, sealed: Buffer): UsageContext {
  const purpose = purposes.find((one) => purposeNumbers[one] === sealed[1])
  if (purpose === undefined || sealed[0] !== layoutFormat || sealed.length < tagEnd) throw new ChartkeepError('vault-corrupt')
  const text = decipherOf(keyring, purpose, sealed).update(sealed.subarray(tagEnd, tagEnd + sealed.readUInt16BE(2)))
  const claimed = ContextText.safeParse(parsedJson(text.toString('utf8')))
  if (!claimed.success) throw new ChartkeepError('vault-corrupt')
  const [, user, , patient, what, asOf] = claimed.data
  return { user, purpose, patient, what, asOf }
}

const ContextText = z.tuple([z.literal(layoutFormat), z.string(), z.string(), z.string(), z.string(), z.number()])

function decipherOf(keyring: Keyring, purpose: Purpose, sealed: Buffer): DecipherGCM {
  const key = keyring.recordKey(purpose, sealed.subarray(saltStart, saltEnd))
  try {
    return createDecipheriv(cipherName, createSecretKey(key), sealed.subarray(saltEnd, nonceEnd), { authTagLength: 16 })
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
