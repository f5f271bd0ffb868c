import type { Connection } from '../../shared/bridge.ts'
import type { Clock } from '../../shared/clock.ts'

export interface ConnectionParts {
  readonly clock: Clock
  readonly changed: (connection: Connection) => void
  /** Asks the EHR for something that holds nothing of a patient; how it went arrives as `reached`. */
  readonly probe: () => Promise<unknown>
  /** Runs something later, in ms. */
  readonly later: (ms: number, act: () => void) => void
  /** In [0, 1). */
  readonly random: () => number
}

export interface ConnectionWatch {
  /** Undefined until the first exchange with the EHR. */
  current(): Connection | undefined
  reached(online: boolean): void
}

const probePauseMs = 8_000

/**
 * Whether the EHR answers. While it does not, it is asked again now and then, so that the screen does not wait for a click to find out:
 * spread at random, for a hospital's workstations all lose it in the same second.
 */
export function watchConnection({ clock, changed, probe, later, random }: ConnectionParts): ConnectionWatch {
  let connection: Connection | undefined
  let probing = false

  function probeLater(): void {
    if (probing) return
    probing = true
    later(Math.round(probePauseMs * (0.5 + random())), () => {
      probing = false
      if (connection?.online !== false) return
      // Its outcome has been told to `reached` by then.
      probe().then(again, again)
    })
  }

  function again(): void {
    if (connection?.online === false) probeLater()
  }

  return {
    current: () => connection,
    reached(online) {
      if (connection?.online !== online) {
        connection = { online, since: clock.now() }
        changed(connection)
      }
      again()
    },
  }
}
