import type { Log } from '../diagnostics/log.ts'
import type { SessionEvent } from './machine.ts'

/** Keeps the machine from going to sleep before what is open is locked. */
export interface Inhibitor {
  take(): void
  /** Resolves when the machine is not kept any more. Never rejects. */
  release(): Promise<void>
}

export interface SleepParts {
  dispatch(event: SessionEvent): void
  /** Resolves when the lock that is under way is through, and recorded. */
  through(): Promise<unknown>
  /** The machine is there again. */
  awake(): void
  within(work: Promise<unknown>, milliseconds: number): Promise<'done' | 'late'>
  monotonic(): number
  readonly log: Log
}

/** What happens here when the machine goes to sleep and wakes; each may be told twice, and by several. */
export interface Sleep {
  begins(): void
  /** A session that slept past its deadline is locked for that. */
  ends(): void
  /** From now on the machine is kept for as long as that takes, where it can be. */
  keptBy(inhibitor: Inhibitor): void
}

/** From the word that the machine goes to sleep until it is told that it woke. */
interface Falling {
  readonly asleep: Promise<void>
  /** The machine is let go. */
  isThrough: boolean
}

/** logind waits five seconds for all who keep it (InhibitDelayMaxSec=), whatever they do; a lock that takes longer than this does not hang the lid. Milliseconds. */
const longestKept = 4_000

export function createSleep({ dispatch, through, awake, within, monotonic, log }: SleepParts): Sleep {
  let inhibitor: Inhibitor | undefined
  let falling: Falling | undefined

  async function fallAsleep(): Promise<void> {
    const began = monotonic()
    const end = await within(through().catch(() => undefined), longestKept)
    await inhibitor?.release()
    log.event('desktop.sleep', { ms: Math.round(monotonic() - began), late: end === 'late' })
  }

  function fall(): Falling {
    const own: Falling = { isThrough: false, asleep: fallAsleep().then(() => void (own.isThrough = true)) }
    return own
  }

  return {
    keptBy(to) {
      inhibitor = to
      to.take()
    },
    begins() {
      dispatch({ type: 'lock-asked', reason: 'suspend' })
      // Where one is through, its wake was told to nobody: what has kept the machine since is let go anew.
      if (falling === undefined || falling.isThrough) falling = fall()
    },
    ends() {
      dispatch({ type: 'tick' })
      awake()
      const before = falling?.asleep ?? Promise.resolve()
      falling = undefined
      // Not taken back by a lock that was still under way when the machine woke.
      void before.then(() => falling === undefined && inhibitor?.take())
    },
  }
}
