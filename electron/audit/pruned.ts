import { type CheckpointKey, isSignedBy } from './checkpoint.ts'
import type { ChainDisk } from './disk.ts'
import { type ChainHead, type EntryFields, readLine } from './entry.ts'
import { auditFormat } from './format.ts'

/** Where a chain begins whose oldest files were removed. */
export interface Pruned {
  /** The first file that stays. */
  readonly file: number
  /** The last entry before it. */
  readonly last: ChainHead
}

export const prunedFields = ({ file, last }: Pruned): EntryFields => ({ file, lastSeq: last.seq, lastHash: last.hash })

/** Everything that is signed, but for the head that it is appended to. */
const statement = (device: unknown, seq: number, prev: string, { wall, file, lastSeq, lastHash }: Readonly<Record<string, unknown>>) =>
  Buffer.from([auditFormat.prunedStatement, device, seq, prev, wall, file, lastSeq, lastHash].map(String).join('\n'), 'utf8')

/**
 * Signs where the chain begins from now on, as a checkpoint is signed: a file that is gone without it was taken away by somebody (164.312(c)(2)). It is bound to its
 * own place in the chain, so that none is said a second time elsewhere.
 */
export function signPruned(key: CheckpointKey, head: ChainHead, fields: EntryFields): EntryFields {
  const signature = Buffer.from(key.sign(statement(key.deviceId, head.seq + 1, head.hash, fields))).toString('base64url')
  return { ...fields, device: key.deviceId, key: key.publicJwk.x, signature }
}

const mark = `"event":"${auditFormat.prunedEvent}"`
const lineFeed = 0x0a

/** What the chain says last of where it begins, by this key. It is found in the newest files, unless little was written since. */
export async function lastPruned(disk: Pick<ChainDisk, 'read'>, numbers: readonly number[], signer: string): Promise<Pruned | undefined> {
  for (const file of numbers.toReversed()) {
    const bytes = await disk.read(file)
    for (let at = bytes.lastIndexOf(mark); at > 0; at = bytes.lastIndexOf(mark, at - 1)) {
      const end = bytes.indexOf(lineFeed, at)
      const found = end === -1 ? undefined : readPruned(bytes.toString('utf8', bytes.lastIndexOf(lineFeed, at) + 1, end), signer)
      if (found) return found
    }
  }
  return undefined
}

function readPruned(line: string, signer: string): Pruned | undefined {
  const read = readLine(line)
  if (read?.entry['event'] !== auditFormat.prunedEvent) return undefined
  const { device, key, signature, file, lastSeq, lastHash } = read.entry
  if (key !== signer || typeof signature !== 'string') return undefined
  if (typeof file !== 'number' || typeof lastSeq !== 'number' || typeof lastHash !== 'string') return undefined
  const said = statement(device, read.head.seq, read.before.hash, read.entry)
  return isSignedBy(signer, said, signature) ? { file, last: { seq: lastSeq, hash: lastHash } } : undefined
}
