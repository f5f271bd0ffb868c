import type { NoticePort } from '../session/ports.ts'
import type { Journal } from './journal.ts'

export interface Notice extends NoticePort {
  say(message: string): Promise<void>
}

/** What the support desk says, kept until somebody has read it: also over a restart. */
export function createNotice(journal: Journal): Notice {
  let changed = (): void => undefined
  async function become(notice: string | undefined): Promise<void> {
    await journal.change(({ notice: _before, ...kept }) => (notice === undefined ? kept : { ...kept, notice }))
    changed()
  }
  return {
    current: () => journal.current().notice,
    say: become,
    read: () => become(undefined),
    onChange(to) {
      changed = to
    },
  }
}
