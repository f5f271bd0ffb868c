import type { Clock } from '../../shared/clock.ts'
import type { Limits } from '../transport/index.ts'
import type { Argon2Cost } from './keys/key-file.ts'

/** What the process takes from outside, so that a test can hold it. */
export interface RecordsEnvironment {
  readonly clock: Clock
  /** In [0, 1). */
  readonly random: () => number
  /** The cost of a guess at a PIN that is set now. */
  readonly cost: () => Promise<Argon2Cost>
  /** How long after an unlock keys that are due are replaced: the chart that the person comes for goes first. Milliseconds. */
  readonly rotateAfter: number
  /** Of a request to the EHR, where they are not the transport's own. */
  readonly transportLimits?: Partial<Limits>
}
