import { setImmediate as breath } from 'node:timers/promises'
import { type ChainHead, readLine } from './entry.ts'
import { auditFormat } from './format.ts'

/** What a walk over one file shows, from its first line on. */
export type FileProof =
  | {
      readonly state: 'whole'
      readonly size: number
      readonly head: ChainHead
      /** Entries after the last checkpoint. */
      readonly unsigned: number
      /** What a crash left after the last whole entry. */
      readonly torn: Uint8Array | undefined
      /** It does not hold the entry that the chain was once known to hold: that was cut, put back, or written anew. */
      readonly rolledBack: boolean
    }
  | { readonly state: 'broken'; readonly line: number }

const lineFeed = 0x0a
/** Lines checked before others get a turn: about 10 ms. */
const linesAtOnce = 500

/** Proves a file, line by line: each follows the one before, the first one follows `before`. */
export async function proveLines(bytes: Buffer, before: ChainHead, anchor: ChainHead | undefined): Promise<FileProof> {
  let head = before
  let start = 0
  let unsigned = 0
  let rolledBack = anchor !== undefined && isOther(head, anchor)
  for (let line = 1; ; line += 1) {
    const end = bytes.indexOf(lineFeed, start)
    if (end === -1) break
    const read = readLine(bytes.toString('utf8', start, end))
    if (read === undefined || read.before.seq !== head.seq || read.before.hash !== head.hash) return { state: 'broken', line }
    head = read.head
    unsigned = read.entry['event'] === auditFormat.checkpointEvent ? 0 : unsigned + 1
    rolledBack ||= anchor !== undefined && isOther(head, anchor)
    start = end + 1
    if (line % linesAtOnce === 0) await breath()
  }
  rolledBack ||= anchor !== undefined && head.seq < anchor.seq
  return { state: 'whole', size: start, head, unsigned, torn: start === bytes.length ? undefined : bytes.subarray(start), rolledBack }
}

/** A finished file by itself, after what it is to follow or, where that is not known, after what its first line says: the entry that it ends with, and when that was. Undefined where it was changed. */
export async function proveFile(bytes: Buffer, before: ChainHead | undefined): Promise<{ readonly head: ChainHead; readonly wall: number | undefined } | undefined> {
  const after = before ?? beginningOf(bytes)
  const proof = after && (await proveLines(bytes, after, undefined))
  if (proof?.state !== 'whole' || proof.torn !== undefined) return undefined
  const wall = lastLineOf(bytes)?.entry['wall']
  return { head: proof.head, wall: typeof wall === 'number' ? wall : undefined }
}

const isOther = (head: ChainHead, anchor: ChainHead) => head.seq === anchor.seq && head.hash !== anchor.hash

/** The entry that a file says it follows, if its first line is whole and proves itself. */
export const beginningOf = (bytes: Buffer): ChainHead | undefined => readLine(bytes.toString('utf8', 0, Math.max(0, bytes.indexOf(lineFeed))))?.before

/** The head that a finished file ends with, if its last line is whole and proves itself. */
export const endOf = (bytes: Buffer): ChainHead | undefined => (bytes.at(-1) === lineFeed ? lastLineOf(bytes)?.head : undefined)

const lastLineOf = (bytes: Buffer) => readLine(bytes.toString('utf8', bytes.lastIndexOf(lineFeed, bytes.length - 2) + 1, bytes.length - 1))
