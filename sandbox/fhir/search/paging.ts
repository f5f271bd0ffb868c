import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto'
import { z } from 'zod'
import { refuse } from '../outcomes.ts'
import type { Pair } from './search-plan.ts'
import type { Position } from './search-sql.ts'

/** What a `next` link carries: the search it goes on with, and the place. */
export interface Cursor {
  readonly type: string
  readonly pairs: readonly Pair[]
  readonly position: Position
}

const Shape = z.tuple([
  z.string(),
  z.array(z.tuple([z.string(), z.string()])).max(200),
  z.array(z.union([z.number(), z.string()])).min(1).max(4),
])

const nonceLength = 12
const tagLength = 16

/**
 * Seals a cursor into a token for a URL. A search posted to keep a name out of URLs must not come back in a link: what is inside is
 * encrypted (AES-256-GCM), and bound to the person who searched. The nonce is derived from the content (as in SIV modes), so that
 * the same page has the same address: a client can keep it and ask whether it has changed.
 */
export function sealCursor(key: Buffer, sub: string, { type, pairs, position }: Cursor): string {
  const plain = Buffer.from(JSON.stringify([type, pairs, position]))
  const nonce = createHmac('sha256', key).update(`${sub}\0`).update(plain).digest().subarray(0, nonceLength)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(sub))
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')
}

/** @throws an OperationOutcomeError (400) for anything that was not sealed here for this person. */
export function openCursor(key: Buffer, sub: string, token: string): Cursor {
  try {
    const bytes = Buffer.from(token, 'base64url')
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceLength), { authTagLength: tagLength })
    decipher.setAAD(Buffer.from(sub)).setAuthTag(bytes.subarray(nonceLength, nonceLength + tagLength))
    const plain = Buffer.concat([decipher.update(bytes.subarray(nonceLength + tagLength)), decipher.final()])
    const [type, pairs, position] = Shape.parse(JSON.parse(plain.toString('utf8')))
    return { type, pairs, position }
  } catch {
    // Whatever was wrong with it, the answer is one: it tells an attacker nothing.
    throw refuse('bad-request', 'The page is not known. Search again.')
  }
}
