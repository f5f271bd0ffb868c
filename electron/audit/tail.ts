import { findBeginning } from './beginning.ts'
import type { ChainDisk } from './disk.ts'
import { type ChainHead, emptyChain } from './entry.ts'
import { endOf, type FileProof, proveLines } from './file-proof.ts'
import { findBrokenJoin } from './joins.ts'
import type { Pruned } from './pruned.ts'

/** The end of the chain as found on the disk. */
export type Tail =
  | (Extract<FileProof, { state: 'whole' }> & {
      readonly file: number
      /** Where the chain begins, said by a key that the workstation has no more: the one that it has now is to say it again. */
      readonly unsaid: Pruned | undefined
    })
  /** Someone or something changed what was written: nothing may be appended to it. */
  | { readonly state: 'broken'; readonly file: number; readonly line: number }

/**
 * Reads the last file of the chain, whole, and proves it: each line follows the one before, the first one follows the
 * last of the file before. Files are a few megabytes (writer.ts); of the older ones only where they begin and end is looked at. What is within them is the verifier's.
 *
 * @param anchor an entry that the chain held when it was last seen to
 * @param key the workstation's public key: by it the chain says that its oldest files went
 */
export async function readTail(disk: ChainDisk, anchor?: ChainHead, key?: string): Promise<Tail> {
  const numbers = await disk.numbers()
  const first = numbers[0] ?? 1
  const gap = numbers.findIndex((number, index) => number !== first + index)
  if (gap !== -1) return { state: 'broken', file: first + gap, line: 0 }
  const beginning = await findBeginning(disk, numbers, key)
  if (beginning === undefined) return { state: 'broken', file: 1, line: 0 }
  const unsaid = beginning.byFormerKey
  const last = numbers.at(-1)
  if (last === undefined) return { state: 'whole', file: 1, size: 0, head: emptyChain, unsigned: 0, torn: undefined, rolledBack: anchor !== undefined, unsaid }
  const unjoined = await findBrokenJoin(disk, numbers.slice(0, -1))
  if (unjoined !== undefined) return { state: 'broken', file: unjoined, line: 1 }
  const before = last === 1 ? emptyChain : endOf(await disk.read(last - 1))
  if (before === undefined) return { state: 'broken', file: last - 1, line: 0 }
  const proof = await proveLines(await disk.read(last), before, anchor)
  return proof.state === 'whole' ? { ...proof, file: last, unsaid } : { ...proof, file: last }
}
