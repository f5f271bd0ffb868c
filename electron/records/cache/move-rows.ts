import { ChartkeepError } from '../../../shared/errors.ts'
import type { Keyring } from '../keys/keyring.ts'
import type { Store } from './open-store.ts'
import { contextOf, unseal, type UsageContext } from './seal.ts'
import type { MovedRow, StoredRow } from './sealed-rows.ts'

/** Both with every purpose: whoever moves rows moves those too that the session never reads. */
export interface MovingKeys {
  readonly from: Keyring
  readonly to: Keyring
  /** What is in a row, with what of it is itself under the older keys put under the newer. Throws `vault-corrupt`. */
  readonly rewrapped: (plain: Buffer, context: UsageContext) => Buffer
}

/** Rows that are moved in one transaction on either side: about 3 ms, in which nobody is answered. */
const atOnce = 8

/**
 * Seals some rows anew, and takes them out of where they were; 0 when there are none left. First they are in the newer file, durably, and then no more in the older:
 * whatever ends it between, they are in both, and are moved again. `lost` is told of what does not open, and goes with the older file.
 */
export function moveSome(before: Store, next: Store, keys: MovingKeys, lost: (count: number) => void): number {
  const rows = before.within((stored) => stored.some(atOnce))
  if (rows.length === 0) return 0
  const opened = rows.flatMap((row) => openedRow(row, keys))
  next.within((stored) => stored.adopt(opened, keys.to))
  before.within((stored) => stored.discard(rows.map(({ lookup }) => lookup)))
  if (opened.length < rows.length) lost(rows.length - opened.length)
  return rows.length
}

/** While rows are moved between them, or no more. */
export function smoothly(stores: readonly Store[], isMoving: boolean): void {
  for (const store of stores) store.within((stored) => stored.checkpointEvery(isMoving ? 'few-pages' : 'usual'))
}

function openedRow({ sealed, used }: StoredRow, { from, rewrapped }: MovingKeys): readonly MovedRow[] {
  if (sealed === undefined) return []
  try {
    const context = contextOf(from, sealed)
    // Only now it is known to be what it says.
    return [{ context, plain: rewrapped(unseal(from, context, sealed), context), used }]
  } catch (error) {
    if (error instanceof ChartkeepError && error.kind === 'vault-corrupt') return []
    throw error
  }
}
