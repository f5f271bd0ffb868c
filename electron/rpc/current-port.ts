import { arrival } from './arrival.ts'
import type { PortClient } from './port-client.ts'

/** The way to whichever `records` there is. What is asked while one has gone and the next has not come waits for the next. */
export interface CurrentPort {
  readonly call: PortClient['call']
  /** Another `records` has come. What still waits for an answer of the last one fails with `stale`. */
  join(client: PortClient): void
  /** The one there was is gone, and another is to come: nothing is asked of a process that is being ended. */
  part(): void
}

export function currentPort(): CurrentPort {
  let next = arrival<PortClient>()
  let current: PortClient | undefined

  function part(): void {
    if (current === undefined) return
    current.close()
    current = undefined
    next = arrival()
  }

  return {
    call: async (...asked) => (await next.promise).call(...asked),
    join: (client) => {
      part()
      current = client
      next.resolve(client)
    },
    part,
  }
}
