import { type FailureKind, kindOf } from '../../shared/errors.ts'
import type { Transmitter } from './transmitter.ts'

/** A poll is answered, or given up, within little more than a minute (service.ts): after that, and some time to ask again, nobody is known to be heard. Milliseconds. */
const lapsesAfter = 90_000

/** The way failed, or was given up; whoever is at its end has refused nothing. */
const unreached: readonly FailureKind[] = ['offline', 'timeout', 'cancelled', 'untrusted-certificate']

export interface ReachParts {
  monotonic(): number
  /** It was asked for orders, and answered. */
  heard(): void
}

/** Whether an order that is given now would come. */
export interface Reach {
  /** The same transmitter, listened to. */
  of(transmitter: Transmitter): Transmitter
  hears(): boolean
  /** Nobody knows: the machine slept. */
  lapse(): void
}

/** The answer to a poll alone says whether orders come: who takes a report may have none to give, or none for this workstation. */
export function createReach({ monotonic, heard }: ReachParts): Reach {
  let answeredAt: number | undefined

  return {
    hears: () => answeredAt !== undefined && monotonic() - answeredAt <= lapsesAfter,
    lapse() {
      answeredAt = undefined
    },
    of: ({ poll, keys, report }) => ({
      keys,
      report,
      async poll(body, signal) {
        try {
          const polled = await poll(body, signal)
          answeredAt = monotonic()
          heard()
          return polled
        } catch (error) {
          if (!unreached.includes(kindOf(error))) answeredAt = undefined
          throw error
        }
      },
    }),
  }
}
