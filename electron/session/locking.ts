import type { Log } from '../diagnostics/log.ts'
import type { Page } from '../windows/page.ts'
import { type LockTimes, runLock } from './lock.ts'
import type { Session } from './machine.ts'
import type { AuthPort } from './ports.ts'
import type { RecordsPost } from './records-post.ts'

export interface LockingParts {
  readonly post: Pick<RecordsPost, 'release' | 'left'>
  readonly window: { swap(): Page }
  readonly auth: Pick<AuthPort, 'dropAccessToken'>
  readonly log: Pick<Log, 'event'>
  forgetClipboard(): Promise<void>
  within(work: Promise<unknown>, milliseconds: number): Promise<'done' | 'late'>
  monotonic(): number
  /** Everything that was open is gone. */
  through(from: Session): void
}

/** The locks of a workstation since its start. */
export interface Locking {
  /** The lock protocol (lock.ts) for what was open in `from`, or waited. The swap is done when this returns; resolves when all is reaped. */
  lock(from: Session): Promise<void>
  /** Newest last. */
  times(): readonly LockTimes[]
  /** Resolves when none is under way. Never rejects. */
  dark(): Promise<void>
}

export function createLocking({ post, window, auth, log, forgetClipboard, within, monotonic, through }: LockingParts): Locking {
  const times: LockTimes[] = []
  let underWay: Promise<unknown> = Promise.resolve()

  async function run(from: Session): Promise<void> {
    const ending = post.release()
    // What is unsaved may still be handed over; nothing may be read any more.
    ending?.tell('locked', 'who' in from ? from.who.permissions : [])
    const taken = await runLock({
      swap: () => window.swap(),
      flushPage: (page) => page.flush(),
      flushRecords: () => ending?.flush() ?? Promise.resolve(),
      forgetClipboard,
      dropAccessToken: auth.dropAccessToken,
      endRecords: () => ending?.end() ?? Promise.resolve(),
      within,
      now: monotonic,
    })
    await post.left()
    times.push(taken)
    log.event('lock.step', { step: 'swap', ms: Math.round(taken.swapped), late: false })
    log.event('lock.step', { step: 'flush', ms: Math.round(taken.flushed), late: !taken.allSaved })
    log.event('lock.step', { step: 'reap', ms: Math.round(taken.reaped), late: false })
    through(from)
  }

  return {
    lock(from) {
      const begun = run(from)
      underWay = Promise.allSettled([underWay, begun])
      return begun
    },
    times: () => times,
    dark: async () => void (await underWay),
  }
}
