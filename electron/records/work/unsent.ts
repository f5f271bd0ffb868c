import type { UnsentWork } from '../protocol.ts'
import type { WorkEntry } from './directory.ts'

/** A patient's note counts once, with or without files; a file that is on its way is a change, and no draft any more. */
export function unsentOf(entries: readonly WorkEntry[]): UnsentWork {
  const changes = entries.filter(({ purpose }) => purpose === 'outbox')
  const isOnItsWay = ({ patient, what }: WorkEntry) => changes.some((change) => change.patient === patient && what === `attachment/${change.what}`)
  const drafts = new Set(entries.filter((entry) => entry.purpose === 'draft' && !isOnItsWay(entry)).map(({ patient }) => patient))
  return { drafts: drafts.size, changes: changes.length }
}
