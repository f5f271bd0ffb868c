import { join } from 'node:path'
import type { Log } from '../../diagnostics/log.ts'
import type { CheckpointKey } from '../checkpoint.ts'
import type { DurableMark } from '../writer.ts'
import { type Courier, createCourier } from './courier.ts'
import { type Cursor, cursorFile } from './cursor.ts'
import type { Place, PlaceName } from './place.ts'

export interface ShippingParts {
  /** The folder of the chain. */
  readonly folder: string
  /** The workstation's; absent where the keychain gives none. */
  readonly key: CheckpointKey | undefined
  readonly log: Log
  chance(): number
  /** A place has acknowledged more. */
  onKept?(): void
}

export interface Shipping {
  /** The places that the policy in force names, in the stead of those before. */
  to(places: readonly Place[]): void
  upTo(mark: DurableMark): void
  sessionChanged(): void
  /** How far each place that is wanted has acknowledged the chain, signed for; undefined where there is none, or one has not been heard of. */
  acknowledged(): readonly Cursor[] | undefined
  close(): Promise<void>
}

/** Reports the chain to every place that the policy names: each by itself, so that one that is down holds up no other. */
export function createShipping({ folder, key, log, chance, onKept }: ShippingParts): Shipping {
  const couriers = new Map<PlaceName, Courier>()
  let wanted: readonly Place[] = []
  let ended: Promise<void> = Promise.resolve()
  let mark: DurableMark | undefined

  function begin(place: Place): void {
    const cursors = cursorFile(join(folder, 'shipped', `${place.name}.json`), place, key)
    const courier = createCourier({ place, folder, cursors, log, chance, onKept: () => onKept?.() })
    couriers.set(place.name, courier)
    if (mark) courier.upTo(mark)
  }

  return {
    to(places) {
      wanted = places
      const leaving = [...couriers.values()]
      couriers.clear()
      ended = ended.then(async () => void (await Promise.all(leaving.map((courier) => courier.close()))))
      void ended.then(() => {
        // Unless others are wanted by now.
        if (wanted === places) for (const place of places) begin(place)
      })
    },
    upTo(to) {
      mark = to
      for (const courier of couriers.values()) courier.upTo(to)
    },
    sessionChanged() {
      for (const courier of couriers.values()) courier.sessionChanged()
    },
    acknowledged() {
      const kept = [...couriers.values()].flatMap((courier) => courier.kept() ?? [])
      return key !== undefined && kept.length > 0 && kept.length === wanted.length ? kept : undefined
    },
    async close() {
      wanted = []
      const leaving = [...couriers.values()]
      couriers.clear()
      await Promise.all([ended, ...leaving.map((courier) => courier.close())])
    },
  }
}
