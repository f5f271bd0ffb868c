import { checkpointsIn, signerOf } from './checkpoint.ts'
import type { ChainDisk } from './disk.ts'
import { type ChainHead, emptyChain } from './entry.ts'
import { beginningOf, proveFile } from './file-proof.ts'
import { lastPruned, type Pruned } from './pruned.ts'

type Reading = Pick<ChainDisk, 'read'>

/** A chain begins where it may. */
export interface Beginning {
  /** Said by a key that the workstation has no more. */
  readonly byFormerKey: Pruned | undefined
}

/**
 * Whether a chain may begin with the first of these files: it is the very first, or the workstation itself has said that those before it go. A process that was killed
 * while they went leaves some that were to go too. Undefined where nobody has said it, whom there is reason to believe.
 *
 * @param key the workstation's; where the keychain gives none, or another since, it goes by the one that signed what is there
 */
export async function findBeginning(disk: Reading, numbers: readonly number[], key: string | undefined): Promise<Beginning | undefined> {
  const [first] = numbers
  // A file by itself is proven from its first line by who reads it.
  if (first === undefined || (first === 1 && numbers.length === 1)) return { byFormerKey: undefined }
  // Files that were given other numbers are not the first ones.
  if (first === 1) return (await follows(disk, 1, emptyChain)) ? { byFormerKey: undefined } : undefined
  const own = key === undefined ? undefined : await lastPruned(disk, numbers, key)
  const pruned = own ?? (await saidByFormerKey(disk, numbers, first, key))
  if (pruned === undefined || !numbers.includes(pruned.file)) return undefined
  return (await follows(disk, pruned.file, pruned.last)) ? { byFormerKey: own === undefined ? pruned : undefined } : undefined
}

/** What whoever signed the first file has said. Nobody is believed beside the workstation's own key, where that has signed anything here: each could have put theirs into a line. */
async function saidByFormerKey(disk: Reading, numbers: readonly number[], first: number, key: string | undefined): Promise<Pruned | undefined> {
  if (key !== undefined && (await hasSigned(disk, numbers, key))) return undefined
  const bytes = await disk.read(first)
  if ((await proveFile(bytes, undefined)) === undefined) return undefined
  const [checkpoint] = checkpointsIn(bytes)
  const signer = checkpoint && signerOf(checkpoint)
  return signer === undefined ? undefined : lastPruned(disk, numbers, signer)
}

async function hasSigned(disk: Reading, numbers: readonly number[], key: string): Promise<boolean> {
  for (const file of numbers.toReversed()) {
    for (const checkpoint of checkpointsIn(await disk.read(file))) {
      if (checkpoint.entry['key'] === key && signerOf(checkpoint) === key) return true
    }
  }
  return false
}

async function follows(disk: Reading, file: number, before: ChainHead): Promise<boolean> {
  const said = beginningOf(await disk.read(file))
  return said?.seq === before.seq && said.hash === before.hash
}
