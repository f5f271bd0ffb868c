import { webcrypto } from 'node:crypto'
import { z } from 'zod'
import { parsedJson } from '../../shared/parsed-json.ts'

const { subtle } = webcrypto

/** As ADR 0109 describes it: "CKFILE" (6) · version (2) · length of the header (4) · header · HMAC (32) · chunks. */
const magic = Buffer.from('CKFILE', 'ascii')
const fixedBytes = magic.length + 2 + 4
const macBytes = 32
const tagBytes = 16
const mostHeaderBytes = 96 * 1024

const Header = z.looseObject({
  id: z.uuid(),
  suite: z.literal('A256GCM-STREAM'),
  chunk: z.literal(256 * 1024),
  prefix: z.base64url().length(10),
  wrapped: z.array(z.looseObject({ for: z.string(), jwe: z.string().max(4_000).optional() })).min(1).max(20),
})

/** What a recipient is told: the key, and what the chunks are bound to. */
const Handover = z.strictObject({ format: z.literal('chartkeep-file/1'), key: z.base64url().length(43), user: z.string(), purpose: z.string(), patient: z.string(), id: z.uuid() })
export type Handover = z.infer<typeof Handover>

/** A sealed file whose header was read, and is not believed yet. */
export interface Container {
  /** Of the file, whoever it is sealed for, and however often. */
  readonly id: string
  readonly jwes: readonly string[]
  readonly chunk: number
  readonly prefix: Buffer
  readonly answeredFor: Buffer
  readonly mac: Buffer
  readonly chunks: Buffer
}

/** Undefined for what is no sealed file. */
export function readContainer(bytes: Buffer): Container | undefined {
  if (bytes.length < fixedBytes || !bytes.subarray(0, magic.length).equals(magic) || bytes.readUInt16BE(magic.length) !== 1) return undefined
  const end = fixedBytes + bytes.readUInt32BE(magic.length + 2)
  if (end > fixedBytes + mostHeaderBytes || bytes.length < end + macBytes) return undefined
  const header = Header.safeParse(parsedJson(bytes.toString('utf8', fixedBytes, end)))
  if (!header.success) return undefined
  const { id, chunk, prefix, wrapped } = header.data
  return {
    id, chunk, prefix: Buffer.from(prefix, 'base64url'), jwes: wrapped.flatMap((one) => one.jwe ?? []),
    answeredFor: bytes.subarray(0, end), mac: bytes.subarray(end, end + macBytes), chunks: bytes.subarray(end + macBytes),
  }
}

/** Reads what was in one of a container's JWEs; undefined where it is another file's, or nothing of the kind. */
export function readHandover(text: string, { id }: Container): Handover | undefined {
  const handover = Handover.safeParse(parsedJson(text))
  return handover.success && handover.data.id === id ? handover.data : undefined
}

async function derive(handover: Handover, what: 'header' | 'content'): Promise<webcrypto.CryptoKey> {
  const fileKey = await subtle.importKey('raw', Buffer.from(handover.key, 'base64url'), 'HKDF', false, ['deriveKey'])
  const from = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: Buffer.from(`${handover.format}/${what}`) }
  return what === 'header'
    ? subtle.deriveKey(from, fileKey, { name: 'HMAC', hash: 'SHA-256', length: 256 }, false, ['verify'])
    : subtle.deriveKey(from, fileKey, { name: 'AES-GCM', length: 256 }, false, ['decrypt'])
}

/** Whether the header was written under the key that was handed over, and is as it was. */
export async function isWhole(container: Container, handover: Handover): Promise<boolean> {
  return subtle.verify('HMAC', await derive(handover, 'header'), container.mac, container.answeredFor)
}

/** The file in clear. Rejects where any chunk of it was changed, moved or left out. */
export async function openContainer({ chunks, chunk, prefix }: Container, handover: Handover): Promise<Buffer> {
  const key = await derive(handover, 'content')
  const { format, user, purpose, patient, id } = handover
  const additionalData = Buffer.from(JSON.stringify([format, user, purpose, patient, id, chunk]))
  const size = chunk + tagBytes
  const count = Math.max(1, Math.ceil(chunks.length / size))
  const plain: Buffer[] = []
  for (let number = 0; number < count; number += 1) {
    const iv = Buffer.alloc(12)
    iv.set(prefix, 0)
    iv.writeUInt32BE(number, prefix.length)
    iv[11] = number === count - 1 ? 1 : 0
    plain.push(Buffer.from(await subtle.decrypt({ name: 'AES-GCM', iv, additionalData, tagLength: 8 * tagBytes }, key, chunks.subarray(number * size, (number + 1) * size))))
  }
  return Buffer.concat(plain)
}
