import type { AlertFinding } from '../../../../shared/desk/words.ts'

/** What somebody writes about an alert and has not sent. */
export interface AlertDraft {
  readonly comment: string
  readonly finding: AlertFinding
}

/** By the id of the alert. */
export type AlertDrafts = ReadonlyMap<string, AlertDraft>

export const emptyAlertDraft: AlertDraft = { comment: '', finding: 'harmless' }

export const draftOf = (drafts: AlertDrafts, id: string): AlertDraft => drafts.get(id) ?? emptyAlertDraft

/** With what was written about one of them. Of one about which nothing is written nothing is kept. */
export function withDraft(drafts: AlertDrafts, id: string, change: Partial<AlertDraft>): AlertDrafts {
  const next = new Map(drafts)
  const draft = { ...draftOf(drafts, id), ...change }
  if (draft.comment === '' && draft.finding === emptyAlertDraft.finding) next.delete(id)
  else next.set(id, draft)
  return next
}

/** After `said` was sent. What was written of it meanwhile stays. */
export function withoutSent(drafts: AlertDrafts, id: string, said: string): AlertDrafts {
  return draftOf(drafts, id).comment === said ? withDraft(drafts, id, { comment: '' }) : drafts
}
