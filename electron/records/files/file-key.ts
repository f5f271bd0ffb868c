import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import { CompactEncrypt, importJWK } from 'jose'
import { z } from 'zod'
import type { EncryptionKey } from '../ehr-keys/encryption-keys.ts'
import { seal, unseal, type UsageContext } from '../cache/seal.ts'
import type { Keyring } from '../keys/keyring.ts'
import type { Purpose } from '../keys/purposes.ts'

/** Whose file it is, what for, and which. It is not stored with it: whoever opens one must say the same again. */
export interface FileContext {
  /** Opaque key of the user. */
  readonly user: string
  readonly purpose: Purpose
  readonly patient: string
  /** Random UUID. */
  readonly id: string
}

/** A public key of somebody who is to open the file elsewhere: of the kind that audit texts are encrypted to (ADR 0075). */
export type RecipientKey = EncryptionKey

const fileFormat = 'chartkeep-file/1'

/** How a recipient gets at the key, beside their own secret. */
export const Wrapped = z.discriminatedUnion('for', [
  /** Sealed like a record of this workstation's vault, under the key of the file's purpose. */
  z.strictObject({ for: z.literal('vault'), asOf: z.number(), sealed: z.base64url().max(400) }),
  /** A compact JWE; what is in it is a `Handover`. */
  z.strictObject({ for: z.literal('recipient'), kid: z.string().max(200), jwe: z.string().max(4_000) }),
])
export type Wrapped = z.infer<typeof Wrapped>

/** What a recipient elsewhere is told: the key, and what the chunks are bound to. */
interface Handover extends FileContext {
  readonly format: typeof fileFormat
  /** base64url of 32 bytes. */
  readonly key: string
}

/** The caller zeroes it. */
export const newFileKey = (): Buffer => randomBytes(32)

/** For this workstation. Throws `not-permitted` without the purpose's key. */
export function wrapForVault(keyring: Keyring, context: FileContext, key: Buffer, asOf: number): Wrapped {
  return { for: 'vault', asOf, sealed: seal(keyring, usageOf(context, asOf), key).toString('base64url') }
}

/** For somebody elsewhere: who wraps it here cannot open it again. */
export async function wrapForRecipient(recipient: RecipientKey, { user, purpose, patient, id }: FileContext, key: Buffer): Promise<Wrapped> {
  const handover: Handover = { format: fileFormat, key: key.toString('base64url'), user, purpose, patient, id }
  const jwe = await new CompactEncrypt(Buffer.from(JSON.stringify(handover), 'utf8'))
    .setProtectedHeader({ alg: recipient.alg, enc: 'A256GCM', kid: recipient.kid, typ: fileFormat })
    .encrypt(await importJWK(recipient, recipient.alg))
  return { for: 'recipient', kid: recipient.kid, jwe }
}

/** The key, by this workstation's vault. Undefined where it was not wrapped for it. The caller zeroes it. Throws `vault-corrupt`, `not-permitted`. */
export function unwrapWithVault(keyring: Keyring, context: FileContext, wrapped: readonly Wrapped[]): Buffer | undefined {
  for (const one of wrapped) if (one.for === 'vault') return unseal(keyring, usageOf(context, one.asOf), Buffer.from(one.sealed, 'base64url'))
  return undefined
}

const usageOf = ({ user, purpose, patient, id }: FileContext, asOf: number): UsageContext => ({ user, purpose, patient, what: `file-key/${id}`, asOf })

/** The key that the chunks are under: the one that is wrapped is never used for a cipher itself. The caller zeroes it. */
export function contentKey(fileKey: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', fileKey, '', `${fileFormat}/content`, 32))
}

/** Answers for a header: nobody without the key adds a recipient, and no header goes with two keys (HMAC-SHA-256 commits to its key, GCM does not). */
export function headerMac(fileKey: Buffer, header: Uint8Array): Buffer {
  const key = Buffer.from(hkdfSync('sha256', fileKey, '', `${fileFormat}/header`, 32))
  try {
    return createHmac('sha256', key).update(header).digest()
  } finally {
    key.fill(0)
  }
}

export const isSameMac = (one: Buffer, other: Buffer): boolean => one.length === other.length && timingSafeEqual(one, other)

/** What the chunks are bound to: every field with its quotes, so that a JSON list has one spelling. */
export function chunkContext({ user, purpose, patient, id }: FileContext, chunk: number): Buffer {
  return Buffer.from(JSON.stringify([fileFormat, user, purpose, patient, id, chunk]), 'utf8')
}
