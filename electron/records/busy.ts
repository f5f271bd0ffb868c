import type { Answer } from './ports.ts'

/** Whether somebody waits for an answer, or did a moment ago: what can wait, waits. */
export interface Busy {
  watched(answer: Answer): Answer
  isBusy(): boolean
}

/** Calls that wait for something to happen, and keep nobody waiting. */
const idle: ReadonlySet<unknown> = new Set(['desk.changes'])
/** A chart's calls come one after the other: the next one may be on its way. In ms. */
const lull = 250

export function createBusy(): Busy {
  let waiting = 0
  let last = Number.NEGATIVE_INFINITY
  return {
    watched: (answer) => async (caller, name, input) => {
      if (idle.has(name)) return answer(caller, name, input)
      waiting += 1
      try {
        return await answer(caller, name, input)
      } finally {
        waiting -= 1
        last = performance.now()
      }
    },
    isBusy: () => waiting > 0 || performance.now() - last < lull,
  }
}
