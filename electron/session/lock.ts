/** The parts of the lock protocol, in the order they are used. Every duration in milliseconds. */
export interface LockParts<P extends EndingPage> {
  /** Puts the page without PHI in front; gives the page that was there. Synchronous: nothing may come before it. */
  swap(): P
  /** Asks the page that was in front to hand over what is unsaved. */
  flushPage(page: P): Promise<void>
  /** Has `records` commit what it holds. */
  flushRecords(): Promise<void>
  forgetClipboard(): Promise<void>
  dropAccessToken(): void
  /** Kills `records` and resolves when it is reaped. */
  endRecords(): Promise<void>
  /** Resolves true at the deadline, or false as soon as `work` is done. */
  within(work: Promise<unknown>, milliseconds: number): Promise<'done' | 'late'>
  now(): number
}

export interface EndingPage {
  /** Kills the page's process by pid and resolves when it is reaped. */
  end(): Promise<void>
}

/** What was measured of a lock, in milliseconds since the order. */
export interface LockTimes {
  readonly swapped: number
  readonly flushed: number
  readonly reaped: number
  /** False when the deadline cut the flush short. */
  readonly allSaved: boolean
}

/** Editors and drafts get this long, then the processes are killed all the same. */
export const flushDeadline = 300

/**
 * Ends everything that shows or holds PHI: swap, flush, close, kill, reap. Never rejects: what fails on the way
 * (a page that does not answer, a clipboard that is busy) does not keep the rest from happening.
 */
export async function runLock<P extends EndingPage>(parts: LockParts<P>): Promise<LockTimes> {
  const ordered = parts.now()
  const page = parts.swap()
  const swapped = parts.now() - ordered
  const flushing = ignoreFailure(parts.flushPage(page)).then(() => parts.flushRecords())
  const flush = await parts.within(ignoreFailure(flushing), flushDeadline - swapped)
  const flushed = parts.now() - ordered
  parts.dropAccessToken()
  await Promise.all([ignoreFailure(page.end()), ignoreFailure(parts.endRecords()), ignoreFailure(parts.forgetClipboard())])
  return { swapped, flushed, reaped: parts.now() - ordered, allSaved: flush === 'done' }
}

/** The lock goes on whatever happens; the parts log their own failures. */
const ignoreFailure = (work: Promise<unknown>): Promise<void> =>
  work.then(
    () => undefined,
    () => undefined,
  )
