import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ChartkeepError } from '../../../shared/errors.ts'
import { diskFailure } from '../cache/disk-failure.ts'
import type { ChosenFile } from '../protocol.ts'

/**
 * Runs `fill` on the file `part` beside `path`, for its owner's eyes alone, and gives it that name when it is whole: who looks at the name never
 * finds half a file, whatever ends this process. Where `fill` fails nothing is left. Rejects with what `fill` rejects with, `disk-full`, `disk-read-only` and `internal`.
 */
export async function writeWhole({ path, part }: ChosenFile, fill: (write: (text: string) => Promise<void>) => Promise<void>): Promise<void> {
  const file = await open(part, 'wx', 0o600).catch((error: unknown) => Promise.reject(diskFailure(error)))
  try {
    try {
      await fill((text) => file.appendFile(text, 'utf8').catch((error: unknown) => Promise.reject(diskFailure(error))))
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined)
    throw error instanceof ChartkeepError ? error : diskFailure(error)
  }
  // The name is durable too. Not every system opens a folder (Windows): there the file system sees to it.
  await open(dirname(path), 'r').then(
    async (folder) => {
      await folder.sync().catch(() => undefined)
      await folder.close()
    },
    () => undefined,
  )
}
