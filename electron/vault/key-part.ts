import { randomBytes } from 'node:crypto'
import { ChartkeepError } from '../../shared/errors.ts'
import type { Keychain } from './keychain.ts'

/** Bytes of main's part of the key-encryption key. Alone it opens nothing. */
const size = 32

const accountOf = (userKey: string) => `key-part/${userKey}`

export interface KeyParts {
  /** The user's part. Rejects `keychain-corrupt` if what is there is no key, `vault-corrupt` if there is none. */
  read(userKey: string): Promise<Buffer>
  exists(userKey: string): Promise<boolean>
  /** A new part in the place of the old: what the old one helped to open is shut for good. */
  renew(userKey: string): Promise<Buffer>
  destroy(userKey: string): Promise<void>
}

/** Main's parts of the users' key-encryption keys, in the operating system's keychain. */
export function keyParts(keychain: Keychain): KeyParts {
  return {
    read: async (userKey) => {
      const stored = await keychain.get(accountOf(userKey))
      if (stored === undefined) throw new ChartkeepError('vault-corrupt')
      const part = Buffer.from(stored, 'base64url')
      if (part.length !== size) throw new ChartkeepError('keychain-corrupt')
      return part
    },
    exists: async (userKey) => (await keychain.get(accountOf(userKey))) !== undefined,
    renew: async (userKey) => {
      const part = randomBytes(size)
      await keychain.set(accountOf(userKey), part.toString('base64url'))
      return part
    },
    destroy: (userKey) => keychain.delete(accountOf(userKey)),
  }
}
