import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import writeFileAtomic from 'write-file-atomic'
import { z } from 'zod'
import type { KeyDesk, Opened } from '../../../electron/records/keys/key-desk.ts'
import { ChartkeepError } from '../../../shared/errors.ts'

const Kept = z.strictObject({ parts: z.array(z.strictObject({ id: z.string(), part: z.base64() })), tries: z.number(), epoch: z.number() })
type Kept = z.infer<typeof Kept>

/** `main`'s side of a vault with a file in the place of the keychain, which outlives every process as that does. */
interface FileKeychain extends KeyDesk {
  /** What is told when a vault is closed. */
  leave(epoch: number | undefined): void
}

export function keychainFile(file: string): FileKeychain {
  const read = (): Kept => (existsSync(file) ? Kept.parse(JSON.parse(readFileSync(file, 'utf8'))) : { parts: [], tries: 5, epoch: 0 })
  const keep = (kept: Kept) => writeFileAtomic.sync(file, JSON.stringify(kept))
  /** A new part beside the one named. */
  function add(named: string | undefined) {
    const kept = read()
    const before = kept.parts.filter(({ id }) => id === named)
    const fresh = { id: randomBytes(8).toString('base64url'), part: randomBytes(32) }
    keep({ ...kept, parts: [...before, { id: fresh.id, part: fresh.part.toString('base64') }] })
    return { fresh, named: before[0] && Buffer.from(before[0].part, 'base64'), epoch: kept.epoch }
  }
  async function settle({ part, epoch }: Opened): Promise<void> {
    const kept = read()
    keep({ parts: kept.parts.filter(({ id }) => id === part), tries: 5, epoch: Math.max(kept.epoch, epoch) })
  }
  return {
    async release(part) {
      const kept = read()
      const held = kept.parts.find(({ id }) => id === part)
      if (held === undefined || kept.tries === 0) throw new ChartkeepError(held === undefined ? 'vault-corrupt' : 'pin-void')
      keep({ ...kept, tries: kept.tries - 1 })
      return { part: Buffer.from(held.part, 'base64'), triesLeft: kept.tries - 1, epoch: kept.epoch, due: 'nothing' }
    },
    renew: async (named) => add(named),
    succeed: async (named) => add(named).fresh,
    settle,
    rotated: settle,
    leave(epoch) {
      const kept = read()
      keep({ ...kept, epoch: Math.max(kept.epoch, epoch ?? 0) })
    },
  }
}
