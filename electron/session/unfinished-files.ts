import { randomBytes } from 'node:crypto'
import { rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { kindOf } from '../../shared/errors.ts'
import { parsedJson } from '../../shared/parsed-json.ts'
import type { Log } from '../diagnostics/log.ts'
import { inTurn } from '../in-turn.ts'
import { type Keychain, largestSecret } from '../vault/keychain.ts'

/** Where it stands in the keychain what is being written: where a person saves something may itself say of whom it is. */
const account = 'unfinished-files'

const Noted = z.array(z.string().max(4_096)).max(100)

/** More than anybody writes at once: where a disk does not come back, the oldest are forgotten. */
const most = 8

/** A file that a person wants, and where it is written until it is whole. */
interface UnfinishedFile {
  readonly path: string
  readonly part: string
}

export interface UnfinishedFilesParts {
  readonly keychain: Keychain
  readonly log: Log
}

/**
 * What is being exported lies in clear beside the name that it is to have. Where it lies is noted before its first byte: whatever ends who writes it, half a file of
 * somebody's record does not stay behind.
 */
export interface UnfinishedFiles {
  /** Gives it a place, which is noted. A keychain that fails keeps nobody from exporting, and the log says so. Never rejects. */
  begin(path: string): Promise<UnfinishedFile>
  /** Nobody writes them any more: each has its name, or is removed here. What does not let itself be removed is tried again at the next start. Never rejects. */
  ended(parts: readonly string[]): Promise<void>
  /** What an earlier start left. Never rejects. */
  clear(): Promise<void>
}

export function unfinishedFiles({ keychain, log }: UnfinishedFilesParts): UnfinishedFiles {
  const turn = inTurn()

  async function noted(): Promise<readonly string[]> {
    const stored = await keychain.get(account)
    return (stored === undefined ? undefined : Noted.safeParse(parsedJson(stored)).data) ?? []
  }

  /** It is read, changed and written back: one at a time. */
  function change(to: (before: readonly string[]) => readonly string[]): Promise<void> {
    return turn(async () => {
      const before = await noted()
      const after = to(before)
      if (after.length === before.length && after.every((each) => before.includes(each))) return
      if (after.length === 0) await keychain.delete(account)
      else await keychain.set(account, JSON.stringify(after))
    })
  }

  const failed = (error: unknown) => log.event('export.not-noted', { failure: kindOf(error) })

  async function remove(parts: readonly string[]): Promise<void> {
    const there = await Promise.all(parts.map(exists))
    const gone = await Promise.all(parts.map(isGone))
    const removed = gone.filter((isGoneNow, index) => isGoneNow && there[index]).length
    if (removed > 0) log.event('export.cleared', { files: removed })
    await change((before) => before.filter((each) => !parts.some((part, index) => part === each && gone[index])))
  }

  return {
    async begin(path) {
      const part = `${path}.${randomBytes(4).toString('hex')}.part`
      await change((before) => asFit([...before.slice(1 - most), part])).catch(failed)
      return { path, part }
    },
    ended: (parts) => remove(parts).catch(failed),
    clear: () => noted().then(remove).catch(failed),
  }
}

/** The newest of them, as many as fit into the smallest keychain; the last one in any case. */
function asFit(parts: readonly string[]): readonly string[] {
  return parts.length <= 1 || Buffer.byteLength(JSON.stringify(parts)) <= largestSecret ? parts : asFit(parts.slice(1))
}

const exists = (path: string) => stat(path).then(() => true, () => false)

/** Removes it, and tells whether it is gone: where its folder is away, a disk was taken out with it. */
async function isGone(part: string): Promise<boolean> {
  try {
    await rm(part, { force: true })
    return await exists(dirname(part))
  } catch {
    return false
  }
}
