import { z } from 'zod'
import { ChartkeepError } from '../../../shared/errors.ts'
import { parsedJson } from '../../../shared/parsed-json.ts'
import { headerMac, isSameMac, Wrapped } from './file-key.ts'
import { chunkBytes, prefixBytes } from './stream.ts'

/**
 * Layout of a sealed file: "CKFILE" (6) · version (2) · length of the header (4) · header, JSON in UTF-8 · MAC of all that (32) · chunks.
 * Numbers are big-endian.
 */
const magic = Buffer.from('CKFILE', 'ascii')
const version = 1
const fixedBytes = magic.length + 2 + 4
const macBytes = 32
const mostHeaderBytes = 96 * 1024

/** Says nothing of what is in the file, nor whom it is about. */
const Header = z.strictObject({
  id: z.uuid(),
  suite: z.literal('A256GCM-STREAM'),
  chunk: z.literal(chunkBytes),
  /** base64url, random. */
  prefix: z.base64url().length(Math.ceil((prefixBytes * 4) / 3)),
  wrapped: z.array(Wrapped).min(1).max(20),
})
export type Header = z.infer<typeof Header>

/** A header that was read, and is not to be believed before `isHeaderOf` says so. */
export interface ReadHeader {
  readonly header: Header
  /** Where the chunks begin. */
  readonly bytes: number
  readonly answeredFor: Buffer
  readonly mac: Buffer
}

export function writeHeader(header: Header, fileKey: Buffer): Buffer {
  const text = Buffer.from(JSON.stringify(header), 'utf8')
  const start = Buffer.alloc(fixedBytes)
  start.set(magic, 0)
  start.writeUInt16BE(version, magic.length)
  start.writeUInt32BE(text.length, magic.length + 2)
  const answeredFor = Buffer.concat([start, text])
  return Buffer.concat([answeredFor, headerMac(fileKey, answeredFor)])
}

/**
 * Reads the header at the beginning of a sealed file; undefined while there is too little of it. Throws `vault-newer` for one of a later version,
 * `vault-corrupt` for anything else that is none.
 */
export function readHeader(sealed: Buffer): ReadHeader | undefined {
  if (!magic.subarray(0, sealed.length).equals(sealed.subarray(0, magic.length))) throw new ChartkeepError('vault-corrupt')
  if (sealed.length < fixedBytes) return undefined
  const found = sealed.readUInt16BE(magic.length)
  if (found !== version) throw new ChartkeepError(found > version ? 'vault-newer' : 'vault-corrupt')
  const length = sealed.readUInt32BE(magic.length + 2)
  if (length > mostHeaderBytes) throw new ChartkeepError('vault-corrupt')
  const end = fixedBytes + length
  if (sealed.length < end + macBytes) return undefined
  const header = Header.safeParse(parsedJson(sealed.subarray(fixedBytes, end).toString('utf8')))
  if (!header.success) throw new ChartkeepError('vault-corrupt')
  return { header: header.data, bytes: end + macBytes, answeredFor: sealed.subarray(0, end), mac: sealed.subarray(end, end + macBytes) }
}

/** Whether it is the header that was written under this key, unchanged. */
export function isHeaderOf(fileKey: Buffer, { answeredFor, mac }: ReadHeader): boolean {
  return isSameMac(headerMac(fileKey, answeredFor), mac)
}
