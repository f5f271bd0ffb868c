import { app, type Session, type WebContents } from 'electron'
import { appOrigin } from './asset-path.ts'

/** Before the app is ready: what holds for every process that it will start. */
export function hardenProcess(): void {
  app.enableSandbox()
  // A shipped build takes no debugger; a development build needs one for its end-to-end tests.
  if (app.isPackaged && process.argv.some((word) => /^--(?:remote-debugging|inspect|js-flags)/.test(word))) app.exit(1)
  app.commandLine.appendSwitch('disable-features', 'SpareRendererForSitePerProcess,AutofillServerCommunication,MediaRouter,Translate,OptimizationHints')
  app.commandLine.appendSwitch('disable-http-cache')
  app.commandLine.appendSwitch('disable-background-networking')
  app.on('web-contents-created', (_event, contents) => guardContents(contents))
}

/** No page opens a window, embeds a view, or leaves its origin. The sign-in view has guards of its own beside these. */
function guardContents(contents: WebContents): void {
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
}

/** For our own pages: no navigation at all once the page stands. */
export function pinToApp(contents: WebContents): void {
  const refuse = (event: { preventDefault(): void; readonly url: string }) => {
    if (event.url !== `${appOrigin}/`) event.preventDefault()
  }
  contents.on('will-navigate', refuse)
  contents.on('will-frame-navigate', refuse)
  contents.on('will-redirect', (event) => event.preventDefault())
}

/** Denies every permission, asked or checked, and every download and device. */
export function denyEverything(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.setDisplayMediaRequestHandler((_request, answer) => answer({}))
  session.on('will-download', (event) => event.preventDefault())
  session.setSpellCheckerEnabled(false)
}

/** Nothing but our own files is ever fetched by a page of ours. */
export function allowOnlyApp(session: Session): void {
  session.webRequest.onBeforeRequest((details, answer) => {
    const ours = details.url.startsWith(`${appOrigin}/`) || details.url.startsWith('data:image/')
    const devtools = !app.isPackaged && details.url.startsWith('devtools://')
    answer({ cancel: !ours && !devtools })
  })
}
