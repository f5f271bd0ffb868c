import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '../../../shared/error-code.ts'
import { ChartkeepError, type FailureKind, kindOf } from '../../../shared/errors.ts'
import { diskRefusal } from '../../../shared/disk-failure.ts'
import { openCopy } from './copy-file.ts'
import type { ChainLine, Delivery, Place } from './place.ts'

export interface FolderPlaceParts {
  /** Whole path; it is there already, so that one that is not mounted is not taken for it. */
  readonly folder: string
  readonly device: string
  /** Has the system keep a new file append-only; tells whether it does. */
  makeAppendOnly(path: string): Promise<boolean>
  /** Told for each new file. */
  onFile(isAppendOnly: boolean): void
}

/** What a disk may take for a delivery, and a share in the network too. Milliseconds. */
const patienceMs = 30_000
const atOnce = { lines: 2_000, bytes: 1_048_576 } as const

/**
 * A folder that holds a copy of the chain, file by file and byte by byte, under the workstation's own name, so that the verifier reads it
 * as it reads the chain. Files are opened for appending alone. What a crash left half written is completed, since every
 * copy is a beginning of its file.
 */
export function folderPlace(parts: FolderPlaceParts): Place {
  const folder = join(parts.folder, parts.device)
  let hanging: Promise<unknown> | undefined

  async function write(lines: readonly ChainLine[]): Promise<Delivery> {
    const [first] = lines
    if (!first) return { taken: 0 }
    if (!(await stat(parts.folder)).isDirectory()) throw new ChartkeepError('not-found')
    const copy = await openCopy(folder, first.file, async (path) => parts.onFile(await parts.makeAppendOnly(path)))
    try {
      const bytes = Buffer.from(lines.map(({ text }) => `${text}\n`).join(''), 'utf8')
      // Less is there than was acknowledged: it is not the folder that it was, or somebody has cut it.
      if (copy.size < first.at) throw new ChartkeepError('conflict')
      const there = Math.min(copy.size - first.at, bytes.length)
      if (there > 0 && !(await copy.read(first.at, there)).equals(bytes.subarray(0, there))) throw new ChartkeepError('conflict')
      if (there < bytes.length) await copy.append(bytes.subarray(there))
      return { taken: lines.length }
    } finally {
      await copy.close()
    }
  }

  return {
    name: 'folder',
    target: folder,
    atOnce,
    async deliver(lines) {
      // What hangs on a share that is gone is not asked a second time: it would hold one thread more each time.
      if (hanging) return { taken: 0, failure: 'timeout' }
      const work = write(lines)
      hanging = work.catch(() => undefined).finally(() => {
        hanging = undefined
      })
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<Delivery>((resolve) => {
        timer = setTimeout(() => resolve({ taken: 0, failure: 'timeout' }), patienceMs)
      })
      try {
        return await Promise.race([work, late])
      } catch (error) {
        return { taken: 0, failure: failureOf(error) }
      } finally {
        clearTimeout(timer)
      }
    },
  }
}

function failureOf(error: unknown): FailureKind {
  const code = errorCode(error)
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return 'not-found'
  return diskRefusal(error) ?? kindOf(error)
}
