import { setImmediate as breath } from 'node:timers/promises'
import type { ChainDisk } from './disk.ts'
import { type ChainHead, claimedHead, emptyChain, follow } from './entry.ts'

/** The end of the chain as found on the disk. */
export type Tail =
  | {
      readonly state: 'whole'
      readonly file: number
      readonly size: number
      readonly head: ChainHead
      /** What a crash left after the last whole entry: no entry that was ever acknowledged. */
      readonly torn: Uint8Array | undefined
    }
  /** Someone or something changed what was written: nothing may be appended to it. */
  | { readonly state: 'broken'; readonly file: number; readonly line: number }

const lineFeed = 0x0a
/** Lines checked before others get a turn: about 10 ms. */
const linesAtOnce = 500

/**
 * Reads the last file of the chain, whole, and proves it: each line follows the one before, the first one follows the
 * last of the file before. Files are a few megabytes (chain.ts); the older ones are the verifier's.
 */
export async function readTail(disk: ChainDisk): Promise<Tail> {
  const numbers = await disk.numbers()
  const gap = numbers.findIndex((number, index) => number !== index + 1)
  if (gap !== -1) return { state: 'broken', file: gap + 1, line: 0 }
  const last = numbers.at(-1)
  if (last === undefined) return { state: 'whole', file: 1, size: 0, head: emptyChain, torn: undefined }
  const before = last === 1 ? emptyChain : endOf(await disk.read(last - 1))
  if (before === undefined) return { state: 'broken', file: last - 1, line: 0 }
  return prove(last, await disk.read(last), before)
}

async function prove(file: number, bytes: Buffer, before: ChainHead): Promise<Tail> {
  let head = before
  let start = 0
  for (let line = 1; ; line += 1) {
    const end = bytes.indexOf(lineFeed, start)
    if (end === -1) break
    const next = follow(head, bytes.toString('utf8', start, end))
    if (next === undefined) return { state: 'broken', file, line }
    head = next
    start = end + 1
    if (line % linesAtOnce === 0) await breath()
  }
  return { state: 'whole', file, size: start, head, torn: start === bytes.length ? undefined : bytes.subarray(start) }
}

/** The head that a finished file ends with, if its last line is whole and proves itself. */
function endOf(bytes: Buffer): ChainHead | undefined {
  if (bytes.at(-1) !== lineFeed) return undefined
  const line = bytes.toString('utf8', bytes.lastIndexOf(lineFeed, bytes.length - 2) + 1, bytes.length - 1)
  const claim = claimedHead(line)
  return claim && follow(claim.before, line)
}
