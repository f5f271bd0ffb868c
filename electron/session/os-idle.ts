export interface OsIdleParts {
  /** Seconds since the operating system has seen input of anybody, as it says: it may say anything, and may throw. */
  counter(): number
  /** Milliseconds of a clock that nobody can set. */
  monotonic(): number
}

/** A counter in whole seconds, read a moment early or late, grows by so much more than time does. Seconds. */
const slack = 2

/**
 * For how long the operating system has seen nobody, where its word is worth something: seconds, undefined where it is not. Some counters say 0 for ever, which
 * puts nothing off; some count up for ever, since what they watch is not what people type on (ADR 0133). So one is believed once it was seen to go back, as input
 * makes it, and until it says what cannot be.
 */
export function createOsIdle({ counter, monotonic }: OsIdleParts): () => number | undefined {
  let last: { readonly seconds: number; readonly at: number } | undefined
  let isSighted = false

  function said(): number {
    try {
      return counter()
    } catch {
      return Number.NaN
    }
  }

  return () => {
    const [seconds, at, before] = [said(), monotonic(), last]
    const isPossible = Number.isFinite(seconds) && seconds >= 0
    last = isPossible ? { seconds, at } : undefined
    if (before === undefined || !isPossible || seconds - before.seconds > (at - before.at) / 1_000 + slack) isSighted = false
    else if (seconds < before.seconds) isSighted = true
    return isSighted ? seconds : undefined
  }
}
