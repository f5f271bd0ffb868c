import { parsedJson } from '../../../shared/parsed-json.ts'
import type { UsageContext } from '../cache/seal.ts'
import type { Keyring } from '../keys/keyring.ts'
import { unwrapWithVault, type Wrapped, wrapForVault } from './file-key.ts'
import { readHeader, writeHeader } from './header.ts'
import { Head } from './shelf.ts'

/** As every head of a kept file begins: what does not is not looked at further. */
const start = Buffer.from('{"id":"')

/**
 * What a row holds, with the key of its file wrapped anew, where it is the head of one: the key itself, and with it the file's chunks, stay as they are. Throws
 * `vault-corrupt`, `vault-newer` for a head that does not open.
 */
export function rewrapped(plain: Buffer, { user, purpose, patient }: UsageContext, from: Keyring, to: Keyring): Buffer {
  if (!plain.subarray(0, start.length).equals(start)) return plain
  const read = Head.safeParse(parsedJson(plain.toString('utf8')))
  const header = read.success ? readHeader(Buffer.from(read.data.header, 'base64')) : undefined
  if (!read.success || header === undefined) return plain
  const context = { user, purpose, patient, id: read.data.id }
  const fileKey = unwrapWithVault(from, context, header.header.wrapped)
  if (fileKey === undefined) return plain
  try {
    const wrapped = header.header.wrapped.map((one): Wrapped => (one.for === 'vault' ? wrapForVault(to, context, fileKey, one.asOf) : one))
    return Buffer.from(JSON.stringify({ ...read.data, header: writeHeader({ ...header.header, wrapped }, fileKey).toString('base64') }))
  } finally {
    fileKey.fill(0)
  }
}
