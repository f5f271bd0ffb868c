import type { ChainDisk } from './disk.ts'
import { readLine } from './entry.ts'
import { auditFormat } from './format.ts'
import { lastPruned } from './pruned.ts'

const lineFeed = '\n'

/**
 * Whether a chain may begin with the first of these files: it is the very first, or the workstation itself has said that those before it go. A process that was killed
 * while they went leaves some that were to go too. `key`: the workstation's; by the one that signed what is there, where the keychain gives none, or another since.
 */
export async function mayBeginWith(disk: Pick<ChainDisk, 'read'>, numbers: readonly number[], key: string | undefined): Promise<boolean> {
  const [first] = numbers
  if (first === undefined || first === 1) return true
  const lines = (await disk.read(first)).toString('utf8').split(lineFeed)
  const signer = lines.flatMap((line) => (line.includes(auditFormat.checkpointEvent) ? [readLine(line)?.entry] : [])).find((entry) => entry?.['event'] === auditFormat.checkpointEvent)?.['key']
  const pruned = await lastPruned(disk, numbers, new Set([key, signer].filter((each) => typeof each === 'string')))
  if (pruned === undefined || !numbers.includes(pruned.file)) return false
  const before = readLine(lines[0] ?? '')?.before
  return pruned.file > first || (before?.seq === pruned.last.seq && before.hash === pruned.last.hash)
}
