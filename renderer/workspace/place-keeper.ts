import type { Place } from '../../shared/contract/index.ts'

interface PlaceKeeperParts {
  /** Resolves when the place is sealed. */
  readonly keep: (place: Place) => Promise<void>
  /** Runs after so many milliseconds; the returned function calls it off. */
  readonly after: (milliseconds: number, run: () => void) => () => void
}

/** Where one has scrolled to is kept so many milliseconds later: it changes many times a second. */
const keepAfter = 300

/**
 * Keeps where one reads: at once what is open and in front, a moment later how far it was scrolled, and both when the lock asks. Outlives
 * the screen: a lock takes that away before it asks. A place that cannot be kept costs a click after the unlock, so it fails in silence here.
 */
export class PlaceKeeper {
  readonly #parts: PlaceKeeperParts
  #unkept: Place | undefined
  #charts = ''
  #callOff: (() => void) | undefined

  constructor(parts: PlaceKeeperParts) {
    this.#parts = parts
  }

  change(place: Place): void {
    this.#unkept = place
    const charts = chartsOf(place)
    if (charts !== this.#charts) {
      this.#charts = charts
      void this.flush()
      return
    }
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

/** Which charts are open, at which view, and which of them is in front: all of a place but how far it was scrolled. */
function chartsOf({ tabs, front }: Place): string {
  return JSON.stringify([tabs.map(({ patient, view }) => [patient, view]), front])
}
