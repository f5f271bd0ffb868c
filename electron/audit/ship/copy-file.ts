import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { errorCode } from '../../../shared/error-code.ts'
import { ChartkeepError } from '../../../shared/errors.ts'
import { syncFolder } from '../../sync-folder.ts'

/** What a copy was found to be: appended to, or not appendable by us. */
export interface CopyFile {
  /** Bytes that are there. */
  readonly size: number
  read(from: number, bytes: number): Promise<Buffer>
  /** Appends, and resolves when it survives a loss of power. */
  append(bytes: Uint8Array): Promise<void>
  close(): Promise<void>
}

/**
 * Opens the copy of one file of the chain for reading and appending, never for more: what is there is neither changed nor cut
 * by this program. `made`: told where it is new.
 */
export async function openCopy(folder: string, file: number, made: (path: string) => Promise<void>): Promise<CopyFile> {
  await mkdir(folder, { mode: 0o700 }).catch((error: unknown) => {
    if (errorCode(error) !== 'EEXIST') throw error
  })
  const path = join(folder, `chain-${file}.jsonl`)
  // Not `a+`: a link in the place of the file is not followed to another one.
  const handle = await open(path, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | noFollow, 0o600)
  try {
    const found = await handle.stat()
    if (!found.isFile()) throw new ChartkeepError('conflict')
    if (found.size === 0) {
      await made(path)
      await syncFolder(folder)
    }
    return {
      size: found.size,
      read: (from, bytes) => readFrom(handle, from, bytes),
      append: async (bytes) => {
        await handle.appendFile(bytes)
        await handle.datasync()
      },
      close: () => handle.close(),
    }
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** Not on Windows. */
const noFollow = process.platform === 'win32' ? 0 : constants.O_NOFOLLOW

async function readFrom(handle: FileHandle, from: number, bytes: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, from)
  return buffer.subarray(0, bytesRead)
}

const run = promisify(execFile)

/**
 * Has the operating system keep a file append-only (`chattr +a`: Linux, on a file system that can, by whoever may). Tells whether it
 * is, also where somebody else had it so before. Never rejects.
 */
export async function makeAppendOnly(path: string): Promise<boolean> {
  if (process.platform !== 'linux') return false
  const asked = { timeout: 5_000, env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' } }
  await run('chattr', ['+a', '--', path], asked).catch(() => undefined)
  const listed = await run('lsattr', ['-d', '--', path], asked).catch(() => undefined)
  return /^[^ ]*a/.test(listed?.stdout ?? '')
}
