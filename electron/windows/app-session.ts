import { session as sessions, type Session } from 'electron'
import { serveApp } from './app-protocol.ts'
import { allowOnlyApp, denyEverything } from './harden.ts'

/** An in-memory Chromium session for our pages: nothing of it is written to disk. */
export function openAppSession(root: string): Session {
  const session = sessions.fromPartition('chartkeep-chart', { cache: false })
  denyEverything(session)
  allowOnlyApp(session)
  serveApp(session, root)
  return session
}
