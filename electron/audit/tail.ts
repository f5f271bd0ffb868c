import { setImmediate as breath } from 'node:timers/promises'
import type { ChainDisk } from './disk.ts'
import { type ChainHead, emptyChain, readLine } from './entry.ts'
import { auditFormat } from './format.ts'
import { mayBeginWith } from './beginning.ts'

/** The end of the chain as found on the disk. */
export type Tail =
  | {
      readonly state: 'whole'
      readonly file: number
      readonly size: number
      readonly head: ChainHead
      /** Entries of the last file after its last checkpoint. */
      readonly unsigned: number
      /** What a crash left after the last whole entry: no entry that was ever acknowledged. */
      readonly torn: Uint8Array | undefined
      /** The chain does not hold the entry that it was once known to hold: it was cut, put back, or written anew. */
      readonly rolledBack: boolean
    }
  /** Someone or something changed what was written: nothing may be appended to it. */
  | { readonly state: 'broken'; readonly file: number; readonly line: number }

const lineFeed = 0x0a
/** Lines checked before others get a turn: about 10 ms. */
const linesAtOnce = 500

/**
 * Reads the last file of the chain, whole, and proves it: each line follows the one before, the first one follows the
 * last of the file before. Files are a few megabytes (chain.ts); the older ones are the verifier's.
 *
 * @param anchor an entry that the chain held when it was last seen to
 * @param key the workstation's public key: by it the chain says that its oldest files went
 */
export async function readTail(disk: ChainDisk, anchor?: ChainHead, key?: string): Promise<Tail> {
  const numbers = await disk.numbers()
  const first = numbers[0] ?? 1
  const gap = numbers.findIndex((number, index) => number !== first + index)
  if (gap !== -1) return { state: 'broken', file: first + gap, line: 0 }
  if (!(await mayBeginWith(disk, numbers, key))) return { state: 'broken', file: 1, line: 0 }
  const last = numbers.at(-1)
  if (last === undefined) return { state: 'whole', file: 1, size: 0, head: emptyChain, unsigned: 0, torn: undefined, rolledBack: anchor !== undefined }
  const before = last === 1 ? emptyChain : endOf(await disk.read(last - 1))
  if (before === undefined) return { state: 'broken', file: last - 1, line: 0 }
  return prove(last, await disk.read(last), before, anchor)
}

async function prove(file: number, bytes: Buffer, before: ChainHead, anchor: ChainHead | undefined): Promise<Tail> {
  let head = before
  let start = 0
  let unsigned = 0
  let rolledBack = anchor !== undefined && isOther(head, anchor)
  for (let line = 1; ; line += 1) {
    const end = bytes.indexOf(lineFeed, start)
    if (end === -1) break
    const read = readLine(bytes.toString('utf8', start, end))
    if (read === undefined || read.before.seq !== head.seq || read.before.hash !== head.hash) return { state: 'broken', file, line }
    head = read.head
    unsigned = read.entry['event'] === auditFormat.checkpointEvent ? 0 : unsigned + 1
    rolledBack ||= anchor !== undefined && isOther(head, anchor)
    start = end + 1
    if (line % linesAtOnce === 0) await breath()
  }
  rolledBack ||= anchor !== undefined && head.seq < anchor.seq
  return { state: 'whole', file, size: start, head, unsigned, torn: start === bytes.length ? undefined : bytes.subarray(start), rolledBack }
}

/** A finished file by itself, after what it is to follow or, where that is not known, after what its first line says: the entry that it ends with, and when that was. Undefined where it was changed. */
export async function proveFile(file: number, bytes: Buffer, before: ChainHead | undefined): Promise<{ readonly head: ChainHead; readonly wall: number | undefined } | undefined> {
  const after = before ?? readLine(bytes.toString('utf8', 0, Math.max(0, bytes.indexOf(lineFeed))))?.before
  const tail = after && (await prove(file, bytes, after, undefined))
  if (tail?.state !== 'whole' || tail.torn !== undefined) return undefined
  const wall = lastLineOf(bytes)?.entry['wall']
  return { head: tail.head, wall: typeof wall === 'number' ? wall : undefined }
}

const isOther = (head: ChainHead, anchor: ChainHead) => head.seq === anchor.seq && head.hash !== anchor.hash

/** The head that a finished file ends with, if its last line is whole and proves itself. */
const endOf = (bytes: Buffer): ChainHead | undefined => (bytes.at(-1) === lineFeed ? lastLineOf(bytes)?.head : undefined)

const lastLineOf = (bytes: Buffer) => readLine(bytes.toString('utf8', bytes.lastIndexOf(lineFeed, bytes.length - 2) + 1, bytes.length - 1))
