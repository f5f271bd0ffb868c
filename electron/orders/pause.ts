import type { FailureKind } from '../../shared/errors.ts'

const [shortest, longest] = [500, 30_000]

/** An EHR that has no such stream, or does not know this workstation, is asked again now and then: a sign-in asks at once. */
const rarely: Partial<Readonly<Record<FailureKind, number>>> = { 'not-found': 900_000, unauthorized: 60_000 }

/**
 * How long to wait before the transmitter is asked again. Doubles with each failure in a row, up to half a minute, and is spread over its whole
 * length (full jitter), so that twenty thousand workstations do not come back together. Milliseconds; `random` from 0 to 1.
 */
export function pauseAfter(failure: FailureKind, failures: number, random: number): number {
  const most = rarely[failure] ?? Math.min(longest, shortest * 2 ** Math.min(failures, 10))
  return Math.round(most * (0.25 + 0.75 * random))
}
