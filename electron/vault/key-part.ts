import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { ChartkeepError } from '../../shared/errors.ts'
import type { Keychain } from './keychain.ts'

/** Bytes of main's part of the key-encryption key. Alone it opens nothing. */
const size = 32

const accountOf = (userKey: string) => `key-part/${userKey}`

/** The newest last. Two at most: one that is on disk, and one that is on its way there. */
const Stored = z.array(z.strictObject({ id: z.string().regex(/^[A-Za-z0-9_-]{11}$/), part: z.string().regex(/^[A-Za-z0-9_-]{43}$/) })).min(1).max(2)

/** A part and its name, which key slots bear and which is no secret. */
export interface KeyPart {
  readonly id: string
  readonly part: Buffer
}

/**
 * Main's parts of the users' key-encryption keys. A change of part is a rotation of the KEK: the new one stands beside the old until what is on
 * disk is known to be under it, so that a crash at any point leaves one that opens.
 */
export interface KeyParts {
  /** Rejects `keychain-corrupt` if what is there is no key, `vault-corrupt` if there is none of that name. */
  read(userKey: string, id: string): Promise<Buffer>
  exists(userKey: string): Promise<boolean>
  /** A new part, and the one that is on disk as `named`, where it is still there. Any other is dropped: it was never used. */
  renew(userKey: string, named: string | undefined): Promise<{ readonly fresh: KeyPart; readonly named: Buffer | undefined }>
  /** What is on disk is under this part: the other is destroyed, and what it helped to open is shut for good. */
  settle(userKey: string, id: string): Promise<void>
  destroy(userKey: string): Promise<void>
}

/** In the operating system's keychain. */
export function keyParts(keychain: Keychain): KeyParts {
  async function held(userKey: string): Promise<readonly KeyPart[]> {
    const stored = await keychain.get(accountOf(userKey))
    if (stored === undefined) return []
    const parsed = Stored.safeParse(json(stored))
    if (!parsed.success) throw new ChartkeepError('keychain-corrupt')
    return parsed.data.map(({ id, part }) => ({ id, part: Buffer.from(part, 'base64url') }))
  }

  const keep = (userKey: string, parts: readonly KeyPart[]) => keychain.set(accountOf(userKey), JSON.stringify(parts.map(({ id, part }) => ({ id, part: part.toString('base64url') }))))

  return {
    async read(userKey, id) {
      const found = (await held(userKey)).find((one) => one.id === id)
      if (found === undefined) throw new ChartkeepError('vault-corrupt')
      return found.part
    },
    exists: async (userKey) => (await keychain.get(accountOf(userKey))) !== undefined,
    async renew(userKey, named) {
      // What was read and is no key opens nothing: a new one may take its place. What cannot be read is left alone.
      const before = (await held(userKey).catch(corruptAsNone)).find(({ id }) => id === named)
      const fresh = { id: randomBytes(8).toString('base64url'), part: randomBytes(size) }
      await keep(userKey, [...(before === undefined ? [] : [before]), fresh])
      return { fresh, named: before?.part }
    },
    async settle(userKey, id) {
      const parts = await held(userKey)
      const left = parts.filter((one) => one.id === id)
      if (left.length > 0 && left.length < parts.length) await keep(userKey, left)
    },
    destroy: (userKey) => keychain.delete(accountOf(userKey)),
  }
}

function corruptAsNone(error: unknown): readonly KeyPart[] {
  if (error instanceof ChartkeepError && error.kind === 'keychain-corrupt') return []
  throw error
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
