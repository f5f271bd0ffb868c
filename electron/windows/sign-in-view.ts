import { WebContentsView } from 'electron'
import { ChartkeepError } from '../../shared/errors.ts'
import type { PageTrust } from './page-trust.ts'
import { openSignInSession } from './sign-in-session.ts'
import type { WorkstationWindow } from './workstation-window.ts'

/** Chromium's code for a load that was given up: at the redirect, by us. */
const aborted = -3

export interface SignInViewParts {
  readonly window: WorkstationWindow
  trust(): PageTrust
  now(): number
  onShown(shown: boolean): void
  /** The page stands and can be typed into. */
  onLoaded(): void
}

/** What the sign-in page may reach, and which URL ends it. */
export interface SignInRules {
  isRedirect(url: string): boolean
  readonly allowOrigin: readonly string[]
}

/** The EHR's sign-in page inside our window, by policy (docs/adr: in-app sign-in). One at a time. */
export function createSignInView({ window, trust, now, onShown, onLoaded }: SignInViewParts) {
  let giveUp: () => void = () => undefined

  return {
    /**
     * Resolves with the redirect URL, which is caught and never loaded. Rejects with `cancelled` when closed, with
     * `offline` or `untrusted-certificate` when the page cannot be had.
     */
    open: (url: string, rules: SignInRules): Promise<string> => {
      giveUp()
      return new Promise<string>((resolve, reject) => {
        let untrusted = false
        const session = openSignInSession(trust(), now, () => {
          untrusted = true
        })
        const view = new WebContentsView({
          webPreferences: { session, sandbox: true, contextIsolation: true, nodeIntegration: false, webSecurity: true, webviewTag: false, spellcheck: false, disableDialogs: true, navigateOnDragDrop: false },
        })
        const contents = view.webContents
        const lift = window.overlay(view)
        let open = true
        const settle = (finish: () => void) => {
          if (!open) return
          open = false
          lift()
          onShown(false)
          // After the event that brought us here has returned.
          setImmediate(() => contents.close())
          finish()
        }
        giveUp = () => settle(() => reject(new ChartkeepError('cancelled')))

        session.webRequest.onBeforeRequest((details, answer) => {
          const isRedirect = rules.isRedirect(details.url)
          answer({ cancel: isRedirect || !mayLoad(details.url, rules) })
          if (isRedirect) settle(() => resolve(details.url))
        })
        contents.on('did-fail-load', (_event, code, _description, _url, isMainFrame) => {
          if (isMainFrame && code !== aborted) settle(() => reject(new ChartkeepError(untrusted ? 'untrusted-certificate' : 'offline')))
        })
        contents.on('did-finish-load', onLoaded)
        contents.on('render-process-gone', () => giveUp())
        contents.on('destroyed', () => settle(() => reject(new ChartkeepError('cancelled'))))
        onShown(true)
        // A failure is told by did-fail-load.
        contents.loadURL(url).catch(() => undefined)
      })
    },
    close: () => giveUp(),
  }
}

function mayLoad(url: string, rules: SignInRules): boolean {
  return url.startsWith('data:image/') || (URL.canParse(url) && rules.allowOrigin.includes(new URL(url).origin))
}
