import { Draft } from '../../../shared/contract/index.ts'
import { ChartkeepError } from '../../../shared/errors.ts'
import type { Rows } from '../cache/rows.ts'
import { fromBytes, toBytes } from './versioned.ts'

/** Notes that are being written, one for each patient. */
export interface Drafts {
  /** Throws `vault-corrupt` once if what was kept does not open; it is kept aside then; `vault-newer` for one that a later version wrote. */
  read(patient: string): Draft | undefined
  /**
   * Sealed and on disk when it returns; an empty text discards it. `arrival` counts the calls as they came in: one that was overtaken
   * on the way does not undo a later one. Throws `disk-full`, `disk-read-only`, `vault-unavailable` where nothing may be kept.
   */
  save(patient: string, draft: Draft, arrival: number): void
}

/** `isDurable`: whether the rows outlive the process. */
export function createDrafts(rows: Rows, isDurable: () => boolean): Drafts {
  const addressOf = (patient: string) => ({ purpose: 'draft', patient, what: 'note' }) as const
  const saved = new Map<string, number>()
  return {
    read(patient) {
      const row = rows.get(addressOf(patient))
      return row && fromBytes(Draft, row.plain)
    },
    save(patient, draft, arrival) {
      if (arrival < (saved.get(patient) ?? 0)) return
      if (draft.text === '') rows.remove(addressOf(patient))
      else rows.put(addressOf(patient), toBytes(draft), draft.typedAt)
      saved.set(patient, arrival)
      // Held for this session; but nobody is told it is safe.
      if (!isDurable() && draft.text !== '') throw new ChartkeepError('vault-unavailable')
    },
  }
}
