import type { Place } from '../../shared/contract/index.ts'

interface PlaceKeeperParts {
  /** Resolves when the place is sealed. */
  readonly keep: (place: Place) => Promise<void>
  /** Runs after so many milliseconds; the returned function calls it off. */
  readonly after: (milliseconds: number, run: () => void) => () => void
}

const keepAfter = 300

/**
 * Keeps where one reads, a moment after it changed or when the lock asks. Outlives the screen: a lock takes that away
 * before it asks. A place that cannot be kept costs a click after the unlock, so nobody is told.
 */
export class PlaceKeeper {
  readonly #parts: PlaceKeeperParts
  #unkept: Place | undefined
  #callOff: (() => void) | undefined

  constructor(parts: PlaceKeeperParts) {
    this.#parts = parts
  }

  change(place: Place): void {
    this.#unkept = place
    this.#callOff ??= this.#parts.after(keepAfter, () => void this.flush())
  }

  async flush(): Promise<void> {
    this.#callOff?.()
    this.#callOff = undefined
    const place = this.#unkept
    this.#unkept = undefined
    if (place) await this.#parts.keep(place).catch(() => undefined)
  }
}
