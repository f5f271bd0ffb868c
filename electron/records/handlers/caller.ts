import type { CallerFacts } from '../../rpc/router.ts'

/** Who calls over a port. */
export interface PortCaller extends CallerFacts {
  /** Counts the calls of a port as they came in. */
  readonly arrival: number
  /** Aborted when the page leaves the call, the port closes or the workstation locks: nobody waits for the answer any more. */
  readonly signal: AbortSignal
}
