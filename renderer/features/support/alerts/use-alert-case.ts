import { useState } from 'react'
import { type AlertDraft, type AlertDrafts, draftOf, withDraft, withoutSent } from './alert-drafts.ts'
import type { AlertFilter } from './use-alerts.ts'

export interface AlertCase {
  readonly asked: AlertFilter
  readonly chosen: string | undefined
  ask(asked: AlertFilter): void
  choose(id: string): void
  draftOf(id: string): AlertDraft
  write(id: string, change: Partial<AlertDraft>): void
  /** It was taken by the EHR: it is not to be written again. */
  sent(id: string, comment: string): void
}

/** Which alerts somebody looks at and what they write about them, kept while they look at another part of the desk, and no longer than the desk is shown. */
export function useAlertCase(): AlertCase {
  const [asked, ask] = useState<AlertFilter>('all')
  const [chosen, choose] = useState<string>()
  const [drafts, setDrafts] = useState<AlertDrafts>(new Map())
  return {
    asked,
    chosen,
    ask,
    choose,
    draftOf: (id) => draftOf(drafts, id),
    write: (id, change) => setDrafts((now) => withDraft(now, id, change)),
    sent: (id, comment) => setDrafts((now) => withoutSent(now, id, comment)),
  }
}
