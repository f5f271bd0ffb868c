import { mkdirSync } from 'node:fs'
import path from 'node:path'
import type { VaultPort } from '../session/ports.ts'
import type { KeyParts } from './key-part.ts'
import type { Tries } from './tries.ts'

export interface VaultParts {
  readonly keyParts: KeyParts
  readonly tries: Tries
  readonly keeping: 'sealed' | 'memory-only'
  /** Folder of the application's own data. */
  readonly userData: string
}

/** Main's half of the vaults: key parts, tries, and where each user's sealed files live. */
export function createVault({ keyParts, tries, keeping, userData }: VaultParts): VaultPort {
  return {
    releaseKeyPart: async (userKey, id) => {
      const triesLeft = await tries.take(userKey)
      return { part: await keyParts.read(userKey, id), triesLeft }
    },
    renewKeyPart: (userKey, named) => keyParts.renew(userKey, named),
    settleKeyPart: async (userKey, id) => {
      await keyParts.settle(userKey, id)
      await tries.forgive(userKey)
    },
    voidPin: (userKey) => tries.exhaust(userKey),
    pinState: async (userKey) => {
      if (keeping === 'memory-only') return 'unavailable'
      if (!(await keyParts.exists(userKey))) return 'unset'
      return (await tries.left(userKey)) > 0 ? 'set' : 'void'
    },
    triesLeft: (userKey) => tries.left(userKey),
    folder: (userKey) => {
      if (keeping === 'memory-only') return undefined
      const folder = path.join(userData, 'vaults', userKey)
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      return folder
    },
  }
}
