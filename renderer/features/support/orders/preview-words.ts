import type { DeskPreview } from '../../../../shared/contract/index.ts'
import { t } from '../../../messages/index.ts'

type Line = DeskPreview['sample'][number]

/** Where at a workstation the session of somebody who is meant is. */
export function sessionOf({ user, waitingSessions }: Pick<Line, 'user' | 'waitingSessions'>, meant: ReadonlySet<string>): string {
  if (user !== undefined && meant.has(user.sub)) return t('desk.preview.onScreen')
  if (waitingSessions === undefined) return t('desk.unsentUnknown')
  return t(waitingSessions.some((each) => meant.has(each.user.sub)) ? 'desk.preview.waits' : 'desk.unsentNone')
}

/** What of theirs is not sent there; that nobody knows is not none. */
export function theirWork({ theirs }: Pick<Line, 'theirs'>): string {
  if (theirs === undefined) return t('desk.unsentUnknown')
  const count = theirs.drafts + theirs.changes
  return count === 0 ? t('desk.unsentNone') : String(count)
}
