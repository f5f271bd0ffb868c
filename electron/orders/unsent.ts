import { existsSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import type { UnsentWork } from '../records/protocol.ts'
import { type BesideVaults, besideVaults } from './beside-vaults.ts'

/** The desk takes no greater number (docs/lockout-api.json), and refuses the whole report for one: what is more is told as this. */
export const mostCounted = 100_000

const Work = z.number().int().min(0).max(mostCounted)
const Count = z.strictObject({ drafts: Work, changes: Work })
const counted = (number: number) => Math.min(number, mostCounted)

/** How much of each person's work is not at the EHR, as `records` counted it last: what is sealed cannot be counted without its key. */
export interface UnsentCounts extends Pick<BesideVaults<UnsentWork>, 'load' | 'tell' | 'of' | 'wiped'> {
  /** Of everybody whose work lies here. */
  total(): UnsentWork
}

export function createUnsentCounts(vaults: string): UnsentCounts {
  const counts = besideVaults(vaults, 'unsent.json', Count)
  return {
    load: counts.load,
    of: counts.of,
    wiped: counts.wiped,
    tell: (userKey, { drafts, changes }) => counts.tell(userKey, { drafts: counted(drafts), changes: counted(changes) }),
    total() {
      const here = [...counts.all()].filter(([userKey]) => existsSync(path.join(vaults, userKey)))
      return { drafts: counted(here.reduce((sum, [, { drafts }]) => sum + drafts, 0)), changes: counted(here.reduce((sum, [, { changes }]) => sum + changes, 0)) }
    },
  }
}
