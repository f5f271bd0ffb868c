export interface Paced {
  /** Wants the work done: now where it has rested long enough, else once when it has, for all who asked meanwhile. */
  ask(): void
  /** No more of it. */
  stop(): void
}

/** Work that is wanted more often than it may be done. It begins at rest: whoever paces has just done it. `restMs`: the least between two. */
export function paced(work: () => void, restMs: number): Paced {
  let isAsked = false
  let rest: ReturnType<typeof setTimeout> | undefined = setTimeout(rested, restMs)

  function rested() {
    rest = undefined
    if (isAsked) begin()
  }
  function begin() {
    isAsked = false
    rest = setTimeout(rested, restMs)
    work()
  }
  return {
    ask() {
      isAsked = true
      if (rest === undefined) begin()
    },
    stop: () => clearTimeout(rest),
  }
}
