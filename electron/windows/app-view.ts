import { session as sessions, WebContentsView, type Session } from 'electron'
import { appOrigin } from './asset-path.ts'
import { serveApp } from './app-protocol.ts'
import { allowOnlyApp, denyEverything, pinToApp } from './harden.ts'

/** An in-memory Chromium session for our pages: nothing of it is written to disk. */
export function openAppSession(root: string): Session {
  const session = sessions.fromPartition('chartkeep-chart', { cache: false })
  denyEverything(session)
  allowOnlyApp(session)
  serveApp(session, root)
  return session
}

export interface AppView {
  readonly view: WebContentsView
  /** Resolves when the page has announced itself. */
  readonly loaded: Promise<void>
}

/** A window onto our page. A renderer of its own: it can be killed without another view noticing. */
export function openAppView(session: Session, preload: string, backgroundColor: string): AppView {
  const view = new WebContentsView({
    webPreferences: {
      session,
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
      enableWebSQL: false,
      autoplayPolicy: 'user-gesture-required',
      disableDialogs: true,
      safeDialogs: true,
      navigateOnDragDrop: false,
      // The spare must paint its lock screen before it is needed.
      backgroundThrottling: false,
    },
  })
  view.setBackgroundColor(backgroundColor)
  pinToApp(view.webContents)
  const loaded = view.webContents.loadURL(`${appOrigin}/`)
  return { view, loaded }
}
