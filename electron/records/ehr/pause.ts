import { setTimeout as wait } from 'node:timers/promises'
import { ChartkeepError } from '../../../shared/errors.ts'

/** Waits, in ms; rejects `cancelled` as soon as the signal aborts. */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await wait(ms, undefined, signal ? { signal } : {})
  } catch (cause) {
    throw new ChartkeepError('cancelled', {}, { cause })
  }
}
