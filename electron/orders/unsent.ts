import { existsSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import type { UnsentWork } from '../records/protocol.ts'
import { type BesideVaults, besideVaults } from './beside-vaults.ts'

const Count = z.strictObject({ drafts: z.number().int().nonnegative(), changes: z.number().int().nonnegative() })

/** How much of each person's work is not at the EHR, as `records` counted it last: what is sealed cannot be counted without its key. */
export interface UnsentCounts extends Pick<BesideVaults<UnsentWork>, 'load' | 'tell' | 'of'> {
  /** Of everybody whose work lies here. */
  total(): UnsentWork
}

export function createUnsentCounts(vaults: string): UnsentCounts {
  const counts = besideVaults(vaults, 'unsent.json', Count)
  return {
    load: counts.load,
    of: counts.of,
    tell: (userKey, { drafts, changes }) => counts.tell(userKey, { drafts, changes }),
    total() {
      const here = [...counts.all()].filter(([userKey]) => existsSync(path.join(vaults, userKey)))
      return { drafts: here.reduce((sum, [, { drafts }]) => sum + drafts, 0), changes: here.reduce((sum, [, { changes }]) => sum + changes, 0) }
    },
  }
}
