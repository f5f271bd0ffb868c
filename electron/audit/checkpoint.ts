import { createPublicKey, verify } from 'node:crypto'
import { type ChainHead, type EntryFields, type ReadLine, readLine } from './entry.ts'
import { auditFormat } from './format.ts'

/** The workstation's key, as far as the chain needs it. */
export interface CheckpointKey {
  readonly deviceId: string
  /** Ed25519 (RFC 8037). */
  readonly publicJwk: { readonly x: string }
  sign(bytes: Uint8Array): Uint8Array
}

const statement = (device: unknown, seq: number, prev: string, wall: unknown) => Buffer.from([auditFormat.checkpointStatement, device, seq, prev, wall].map(String).join('\n'), 'utf8')

/**
 * Signs the chain up to `head` (164.312(c)(2)): who rewrites what came before needs the key too. `fields` are those of
 * the checkpoint's own entry. No other signature of this key has a line feed in what is signed, so none can stand in.
 */
export function checkpoint(key: CheckpointKey, head: ChainHead, fields: EntryFields): EntryFields {
  const signature = Buffer.from(key.sign(statement(key.deviceId, head.seq + 1, head.hash, fields['wall']))).toString('base64url')
  return { ...fields, event: auditFormat.checkpointEvent, device: key.deviceId, key: key.publicJwk.x, signature }
}

const mark = `"event":"${auditFormat.checkpointEvent}"`
const lineFeed = 0x0a

/** The checkpoints of a file, each as its own line proves it; who signed it is another question. */
export function* checkpointsIn(bytes: Buffer): Generator<ReadLine> {
  for (let at = bytes.indexOf(mark); at !== -1; at = bytes.indexOf(mark, at + 1)) {
    const end = bytes.indexOf(lineFeed, at)
    const read = end === -1 ? undefined : readLine(bytes.toString('utf8', bytes.lastIndexOf(lineFeed, at) + 1, end))
    if (read?.entry['event'] === auditFormat.checkpointEvent) yield read
  }
}

/** The key of a checkpoint, where it has signed this one, here. */
export function signerOf({ before, head, entry }: ReadLine): string | undefined {
  const { device, key, signature, wall } = entry
  if (typeof key !== 'string' || typeof signature !== 'string') return undefined
  return isSignedBy(key, statement(device, head.seq, before.hash, wall), signature) ? key : undefined
}

/** Ed25519 (RFC 8032). What is no key has signed nothing. */
export function isSignedBy(x: string, said: Uint8Array, signature: string): boolean {
  try {
    return verify(null, said, createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }), Buffer.from(signature, 'base64url'))
  } catch {
    return false
  }
}
