import { createPublicKey, verify } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import canonicalize from 'canonicalize'
import writeFileAtomic from 'write-file-atomic'
import { z } from 'zod'
import { parsedJson } from '../../../shared/parsed-json.ts'
import type { CheckpointKey } from '../checkpoint.ts'

const Place = z.strictObject({ file: z.number().int().min(1), at: z.number().int().min(0), seq: z.number().int().min(1), hash: z.string().regex(/^[0-9a-f]{64}$/) })

const Cursor = z.strictObject({
  format: z.literal(1),
  /** Which EHR, folder or bucket. */
  target: z.string(),
  /** The last line that the place has acknowledged. */
  acknowledged: Place.optional(),
  /** The first line that it did not want: its file stays, and all that follow. */
  passedOver: z.number().int().min(1).optional(),
  /** FHIR references of the users whose sign-in was passed, by their key: what they did later is reported as theirs. */
  people: z.record(z.string(), z.string()),
})
export type Cursor = z.infer<typeof Cursor>
const Signed = z.strictObject({ cursor: Cursor, signature: z.string() })

export const emptyCursor = (target: string): Cursor => ({ format: 1, target, people: {} })

export interface CursorStore {
  /** Empty where there is none, one of another target, or one that this workstation has not signed: then all is delivered again, which is no second entry anywhere. */
  read(): Promise<{ readonly cursor: Cursor; readonly state: 'found' | 'none' | 'not-ours' }>
  /** Resolves when it survives a loss of power. Rejects with the disk's own errors. */
  keep(cursor: Cursor): Promise<void>
}

const statement = (place: string, cursor: Cursor) => Buffer.from(`chartkeep audit cursor\n${place}\n${canonicalize(cursor) ?? ''}`, 'utf8')

/**
 * How far a place has acknowledged the chain. Signed by the workstation's key: files of the chain go by it, and who can write
 * it alone must not have what nobody has seen removed. Without a key it is not signed, and nothing is removed.
 */
export function cursorFile(path: string, place: { readonly name: string; readonly target: string }, key: CheckpointKey | undefined): CursorStore {
  const empty = emptyCursor(place.target)
  const publicKey = key && createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: key.publicJwk.x }, format: 'jwk' })
  return {
    async read() {
      const text = await readFile(path, 'utf8').catch(() => undefined)
      if (text === undefined) return { cursor: empty, state: 'none' }
      const signed = Signed.safeParse(parsedJson(text))
      if (!signed.success) return { cursor: empty, state: 'not-ours' }
      const { cursor, signature } = signed.data
      const isOurs = publicKey === undefined ? signature === '' : verify(null, statement(place.name, cursor), publicKey, Buffer.from(signature, 'base64url'))
      return isOurs && cursor.target === place.target ? { cursor, state: 'found' } : { cursor: empty, state: 'not-ours' }
    },
    async keep(cursor) {
      const signature = key ? Buffer.from(key.sign(statement(place.name, cursor))).toString('base64url') : ''
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      await writeFileAtomic(path, `${JSON.stringify({ cursor, signature })}\n`, { mode: 0o600, fsync: true })
    },
  }
}
