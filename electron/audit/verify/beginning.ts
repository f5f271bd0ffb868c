import { auditFormat } from '../format.ts'
import { readEntry } from './line.ts'
import type { Pruned } from './seen-entry.ts'
import { eachLine } from './walk.ts'

const mark = Buffer.from(`"event":"${auditFormat.prunedEvent}"`)

/**
 * What the chain says last of where it begins, signed by this key, or by whichever signed it where none is given: then the checkpoints have to be of the same. It is
 * sought before the walk, from the newest file back, so that what breaks the chain in its middle is not taken for a beginning that is missing.
 */
export function findBeginning(paths: readonly { readonly path: string }[], key: string | undefined): Pruned | undefined {
  for (const { path } of paths.toReversed()) {
    let found: Pruned | undefined
    eachLine(path, (bytes, start, end) => {
      const pruned = bytes.subarray(start, end).includes(mark) ? readEntry(bytes, start, end)?.pruned : undefined
      if (pruned?.isSigned === true && (key === undefined || pruned.key === key)) found = pruned
      return false
    })
    if (found) return found
  }
  return undefined
}
