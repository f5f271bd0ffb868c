import type { ChainHead, EntryFields } from './entry.ts'
import { auditFormat } from './format.ts'

/** The workstation's key, as far as the chain needs it. */
export interface CheckpointKey {
  readonly deviceId: string
  /** Ed25519 (RFC 8037). */
  readonly publicJwk: { readonly x: string }
  sign(bytes: Uint8Array): Uint8Array
}

/**
 * Signs the chain up to `head` (164.312(c)(2)): who rewrites what came before needs the key too. `fields` are those of
 * the checkpoint's own entry. No other signature of this key has a line feed in what is signed, so none can stand in.
 */
export function checkpoint(key: CheckpointKey, head: ChainHead, fields: EntryFields): EntryFields {
  const statement = [auditFormat.checkpointStatement, key.deviceId, head.seq + 1, head.hash, fields['wall']].join('\n')
  const signature = Buffer.from(key.sign(Buffer.from(statement, 'utf8'))).toString('base64url')
  return { ...fields, event: auditFormat.checkpointEvent, device: key.deviceId, key: key.publicJwk.x, signature }
}
