import { session as sessions, type Session } from 'electron'
import { serveApp } from './app-protocol.ts'
import { allowOnlyApp, denyEverything } from './harden.ts'

/** An in-memory Chromium session for our pages: nothing of it is written to disk. `begun` resolves when the first page has its document. */
export function openAppSession(root: string): { readonly session: Session; readonly begun: Promise<void> } {
  const session = sessions.fromPartition('chartkeep-chart', { cache: false })
  denyEverything(session)
  allowOnlyApp(session)
  return { session, begun: serveApp(session, root) }
}
