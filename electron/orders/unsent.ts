import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { z } from 'zod'
import { parsedJson } from '../../shared/parsed-json.ts'
import type { UnsentWork } from '../records/protocol.ts'
import { keptIn } from './hands.ts'

const Count = z.strictObject({ drafts: z.number().int().nonnegative(), changes: z.number().int().nonnegative() })

/**
 * How much of each person's work is not at the EHR, as `records` counted it last: what is sealed cannot be counted without its key. Two numbers, beside the
 * vault that they are about, so that they are known while it is shut and go when it is wiped.
 */
export interface UnsentCounts {
  /** Takes up what was known before this start. Never rejects. */
  load(): Promise<void>
  tell(userKey: string, count: UnsentWork): void
  /** Of everybody whose work lies here. */
  total(): UnsentWork
}

export function createUnsentCounts(vaults: string): UnsentCounts {
  const counts = new Map<string, UnsentWork>()
  const fileOf = (userKey: string) => path.join(vaults, userKey, 'unsent.json')
  let turn: Promise<unknown> = Promise.resolve()

  return {
    async load() {
      for (const userKey of await keptIn(vaults)) {
        const read = Count.safeParse(parsedJson(await readFile(fileOf(userKey), 'utf8').catch(() => '')))
        if (read.success && !counts.has(userKey)) counts.set(userKey, read.data)
      }
    },
    tell(userKey, { drafts, changes }) {
      counts.set(userKey, { drafts, changes })
      // A disk that does not take it: it is known until this process ends, and again after the next unlock.
      turn = turn.then(() => writeFileAtomic(fileOf(userKey), JSON.stringify({ drafts, changes }), { mode: 0o600, fsync: false }).catch(() => undefined))
    },
    total() {
      const here = [...counts].filter(([userKey]) => existsSync(path.join(vaults, userKey)))
      return { drafts: here.reduce((sum, [, { drafts }]) => sum + drafts, 0), changes: here.reduce((sum, [, { changes }]) => sum + changes, 0) }
    },
  }
}
