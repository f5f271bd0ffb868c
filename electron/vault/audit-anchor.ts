import { z } from 'zod'
import type { Keychain } from './keychain.ts'

const account = 'audit-anchor'

const Anchor = z.strictObject({ seq: z.number().int().positive(), hash: z.string().regex(/^[0-9a-f]{64}$/) })
export type Anchor = z.infer<typeof Anchor>

/**
 * The last checkpoint of the audit chain, where a profile that is put back to an older state does not reach. What is
 * there and is no anchor counts as one that no chain holds: it is reported, never passed over.
 */
export function auditAnchor(keychain: Keychain) {
  return {
    get: async (): Promise<Anchor | undefined> => {
      const stored = await keychain.get(account)
      if (stored === undefined) return undefined
      try {
        return Anchor.parse(JSON.parse(stored))
      } catch {
        return { seq: Number.MAX_SAFE_INTEGER, hash: '0'.repeat(64) }
      }
    },
    set: (anchor: Anchor): Promise<void> => keychain.set(account, JSON.stringify(anchor)),
  }
}
