import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import path from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import type { z } from 'zod'
import { parsedJson } from '../../shared/parsed-json.ts'
import { inTurn } from '../in-turn.ts'
import { keptIn } from './kept.ts'

/** A few numbers about each person, kept in clear beside their vault: known while it is shut, over restarts too, and gone when it is wiped. Nothing of a patient. */
export interface BesideVaults<T> {
  /** Takes up what was known before this start. Never rejects. */
  load(): Promise<void>
  tell(userKey: string, value: T): void
  of(userKey: string): T | undefined
  /** Wipes the vault of somebody: once nothing is being written beside it, and nothing is until it is through. Where it fails, nothing is any more. */
  wiped(userKey: string, wipe: () => Promise<void>): Promise<void>
  all(): Iterable<readonly [userKey: string, value: T]>
}

export function besideVaults<T>(vaults: string, name: string, schema: z.ZodType<T>): BesideVaults<T> {
  const known = new Map<string, T>()
  const fileOf = (userKey: string) => path.join(vaults, userKey, name)
  const shut = new Set<string>()
  const turn = inTurn()

  return {
    async load() {
      for (const userKey of await keptIn(vaults)) {
        const read = schema.safeParse(parsedJson(await textIn(fileOf(userKey)).catch(() => '')))
        if (read.success && !known.has(userKey)) known.set(userKey, read.data)
      }
    },
    tell(userKey, value) {
      if (shut.has(userKey)) return
      known.set(userKey, value)
      // A disk that does not take it: it is known until this process ends.
      void turn(async () => {
        if (!shut.has(userKey)) await writeFileAtomic(fileOf(userKey), JSON.stringify(value), { mode: 0o600, fsync: false })
      }).catch(() => undefined)
    },
    async wiped(userKey, wipe) {
      shut.add(userKey)
      known.delete(userKey)
      await turn(() => Promise.resolve())
      await wipe()
      // Whoever signs in anew has a vault of their own again.
      shut.delete(userKey)
    },
    of: (userKey) => known.get(userKey),
    all: () => known,
  }
}

/** A few numbers are no longer. Bytes. */
const mostBytes = 1_024

/** Not on Windows. Of a pipe, nobody waits for who might write into it. */
const atOnce = process.platform === 'win32' ? 0 : constants.O_NONBLOCK

/** Anybody may have put something else there: what is no file, or a large one, has nothing in it. */
async function textIn(file: string): Promise<string> {
  const handle = await open(file, constants.O_RDONLY | atOnce)
  try {
    const found = await handle.stat()
    return found.isFile() && found.size <= mostBytes ? await handle.readFile('utf8') : ''
  } finally {
    await handle.close()
  }
}
