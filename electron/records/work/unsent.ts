import type { UnsentWork } from '../protocol.ts'
import type { WorkEntry } from './directory.ts'

/** A patient's note counts once, with or without files; a file that is on its way is a change and no draft, and one that was sent is neither. */
export function unsentOf(entries: readonly WorkEntry[]): UnsentWork {
  const changes = entries.filter(({ purpose }) => purpose === 'outbox')
  const receipts = entries.filter(({ what }) => what.startsWith('sent/'))
  const left = new Set([
    ...changes.map(({ patient, what }) => nameOf(patient, `attachment/${what}`)),
    ...receipts.map(({ patient, what }) => nameOf(patient, what.replace('sent/', 'attachment/'))),
  ])
  const drafts = entries.filter((entry) => entry.purpose === 'draft' && !receipts.includes(entry) && !left.has(nameOf(entry.patient, entry.what)))
  return { drafts: new Set(drafts.map(({ patient }) => patient)).size, changes: changes.length }
}

const nameOf = (patient: string, what: string) => JSON.stringify([patient, what])
