import type { Clock } from '../../../shared/clock.ts'
import { Place } from '../../../shared/contract/index.ts'
import { kindOf } from '../../../shared/errors.ts'
import type { Rows } from '../cache/rows.ts'
import { fromBytes, toBytes } from './versioned.ts'

const address = { purpose: 'place', patient: '', what: 'place' } as const

/** Where the user was reading, to come back to after an unlock. */
export interface PlaceStore {
  /** Nothing where there is none, or what is kept does not open: then one begins at the patient list. */
  recall(): Place | undefined
  /** On disk when it returns. Throws `disk-full`, `disk-read-only`. */
  keep(place: Place): void
}

export function createPlaceStore(rows: Rows, clock: Clock): PlaceStore {
  return {
    recall() {
      try {
        const row = rows.get(address)
        return row === undefined ? undefined : fromBytes(Place, row.plain)
      } catch (error) {
        // A place that is lost is lost; what else may be wrong with the disk is for the caller.
        if (kindOf(error) === 'vault-corrupt' || kindOf(error) === 'vault-newer') return undefined
        throw error
      }
    },
    keep: (place) => rows.put(address, toBytes(place), clock.now()),
  }
}
