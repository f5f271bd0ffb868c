import type { Clock } from '../../shared/clock.ts'
import type { NoticePort } from '../session/ports.ts'
import type { Journal } from './journal.ts'

export interface Notice extends NoticePort {
  say(message: string): Promise<void>
  /** The desk signs out whoever is at the workstation, now. Never rejects: what the disk does not take is said until this process ends. */
  saySignedOut(): Promise<void>
  /** Its orders do not come, since then (epoch milliseconds), or come again. Of this process alone: the next one asks by itself. */
  sayUnheard(since: number | undefined): void
}

/** What the support desk says, kept until somebody has read it, and that it signed somebody out, until somebody is at work again: also over a restart. */
export function createNotice(journal: Journal, clock: Clock): Notice {
  let changed = (): void => undefined
  let { signedOutAt } = journal.current()
  let unheardSince: number | undefined
  async function become(notice: string | undefined): Promise<void> {
    await journal.change(({ notice: _before, ...kept }) => (notice === undefined ? kept : { ...kept, notice }))
    changed()
  }
  async function keepSignedOut(at: number | undefined): Promise<void> {
    signedOutAt = at
    changed()
    await journal.change(({ signedOutAt: _before, ...kept }) => (at === undefined ? kept : { ...kept, signedOutAt: at })).catch(() => undefined)
  }
  return {
    current: () => journal.current().notice,
    say: become,
    read: () => become(undefined),
    signedOutAt: () => signedOutAt,
    saySignedOut: () => keepSignedOut(clock.now()),
    unheardSince: () => unheardSince,
    sayUnheard(since) {
      unheardSince = since
      changed()
    },
    atWork() {
      if (signedOutAt !== undefined) void keepSignedOut(undefined)
    },
    onChange(to) {
      changed = to
    },
  }
}
