import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isMissing } from '../../../shared/error-code.ts'
import { readLine } from '../entry.ts'
import { auditFormat } from '../format.ts'
import type { ChainLine } from './place.ts'

/** The last line that a place has acknowledged. */
interface Acknowledged {
  readonly file: number
  /** Its first byte. */
  readonly at: number
  readonly seq: number
  readonly hash: string
}

/** A line that is not what a writer wrote: it is reported to nobody, and stays. */
interface Unreadable {
  readonly file: number
  readonly at: number
}

export interface ReadParts {
  readonly folder: string
  readonly after: Acknowledged | undefined
  /** Nothing beyond it is read: it may not survive a loss of power, and then another entry stands there. */
  readonly until: { readonly file: number; readonly size: number }
  readonly lines: number
  readonly bytes: number
}

export interface ReadLines {
  readonly lines: readonly ChainLine[]
  /** Ends the lines, where it is not their bound. */
  readonly unreadable: Unreadable | undefined
}

/** The line after `after` begins here. Rejects where the chain does not hold `after` any more. */
async function startOf(parts: ReadParts): Promise<{ readonly file: number; readonly at: number }> {
  const { folder, after } = parts
  if (after === undefined) return { file: (await filesOf(folder))[0] ?? 1, at: 0 }
  const bytes = await readPiece(folder, after.file, after.at, parts.until).catch((error: unknown) => {
    throw isMissing(error) ? new NotHeld() : error
  })
  const end = bytes.indexOf(lineFeed)
  const line = end === -1 ? undefined : readLine(bytes.toString('utf8', 0, end))
  if (line?.head.hash !== after.hash || line.head.seq !== after.seq) throw new NotHeld()
  return { file: after.file, at: after.at + end + 1 }
}

/** The chain does not hold what was acknowledged: it was put back, its file was taken away, or what says so was changed. */
export class NotHeld extends Error {}

const lineFeed = 0x0a
/** A line is a few hundred bytes; with a sealed text a few thousand (header.ts). */
const longestLine = 65_536

/**
 * The next whole, durable lines, up to the bounds and not beyond the end of a file; the first of the next file where one has ended.
 * Rejects NotHeld, and with the file system's errors.
 */
export async function readLines(parts: ReadParts): Promise<ReadLines> {
  let { file, at } = await startOf(parts)
  for (;;) {
    const bytes = await readPiece(parts.folder, file, at, parts.until, Math.max(parts.bytes, longestLine))
    if (bytes.length > 0) return cut(bytes, file, at, parts)
    if (file >= parts.until.file) return { lines: [], unreadable: undefined }
    file += 1
    at = 0
  }
}

function cut(bytes: Buffer, file: number, from: number, { lines: most, bytes: room }: ReadParts): ReadLines {
  const lines: ChainLine[] = []
  for (let start = 0; lines.length < most && (start < room || lines.length === 0); ) {
    const end = bytes.indexOf(lineFeed, start)
    // The piece ends within a line; one that is longer than any is none.
    if (end === -1) return { lines, unreadable: lines.length === 0 ? { file, at: from + start } : undefined }
    const text = bytes.toString('utf8', start, end)
    const read = readLine(text)
    if (read === undefined) return { lines, unreadable: { file, at: from + start } }
    lines.push({ file, at: from + start, text, seq: read.head.seq, hash: read.head.hash, entry: read.entry })
    start = end + 1
  }
  return { lines, unreadable: undefined }
}

async function readPiece(folder: string, file: number, at: number, until: ReadParts['until'], bytes = longestLine): Promise<Buffer> {
  const handle = await open(join(folder, `chain-${file}.jsonl`), 'r')
  try {
    const end = file === until.file ? until.size : (await handle.stat()).size
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.max(0, Math.min(bytes, end - at))), 0, undefined, at)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

/** Numbers of the chain's files, ascending. */
async function filesOf(folder: string): Promise<readonly number[]> {
  const found = (await readdir(folder)).map((name) => Number(auditFormat.fileName.exec(name)?.[1] ?? 0))
  return found.filter((number) => number > 0).sort((a, b) => a - b)
}
