import { type Session, type WebContents, WebContentsView } from 'electron'
import type { SessionView } from '../../shared/contract/index.ts'
import { channels } from '../rpc/channels.ts'
import { appOrigin } from './asset-path.ts'
import { pinToApp } from './harden.ts'

/** A page of ours in a renderer process of its own, which can be killed without another page noticing. */
export interface Page {
  readonly view: WebContentsView
  readonly contents: WebContents
  /** Resolves when the page can take messages. */
  readonly loaded: Promise<void>
  /** Resolves when the page has drawn something. One that nobody can see may never. */
  readonly painted: Promise<void>
  /** The page says that it has. */
  hasPainted(): void
  show(session: SessionView): void
  /** Asks for what is unsaved; resolves when the page has handed it over. */
  flush(): Promise<void>
  /** The page says that it has. */
  flushed(): void
  /** Kills its process and resolves when it is reaped. */
  end(): Promise<void>
}

export interface PageParts {
  readonly session: Session
  readonly preload: string
  readonly backgroundColor: string
  /** Its process is gone, and nobody had asked for it. */
  onLost(page: Page): void
}

export function openPage({ session, preload, backgroundColor, onLost }: PageParts): Page {
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
      autoplayPolicy: 'user-gesture-required',
      disableDialogs: true,
      safeDialogs: true,
      navigateOnDragDrop: false,
      // The spare must paint its lock screen before it is needed.
      backgroundThrottling: false,
    },
  })
  const contents = view.webContents
  view.setBackgroundColor(backgroundColor)
  pinToApp(contents)

  let ending = false
  let handedOver: () => void = () => undefined
  const gone = new Promise<void>((resolve) => {
    contents.once('render-process-gone', () => {
      handedOver()
      resolve()
      if (!ending) onLost(page)
    })
  })
  let documents = 0
  contents.on('did-navigate', () => {
    documents += 1
    const pid = contents.getOSProcessId()
    // A page is loaded once. Whatever it becomes by itself has no place in front: `about:blank` asks no guard
    // of will-navigate, and one that reloads itself has lost its ports.
    if (documents > 1 && pid !== 0) process.kill(pid, 'SIGKILL')
  })
  const loaded = contents.loadURL(`${appOrigin}/`)
  // Who needs the page waits for it; a page that was killed while it loaded has nobody waiting.
  loaded.catch(() => undefined)

  let drawn: () => void = () => undefined
  const painted = new Promise<void>((resolve) => {
    drawn = resolve
  })

  const page: Page = {
    view,
    contents,
    loaded,
    painted,
    hasPainted: () => drawn(),
    show: (shown) => {
      if (!contents.isDestroyed()) contents.send(channels.session, JSON.stringify(shown))
    },
    flush: () =>
      new Promise((resolve) => {
        handedOver = resolve
        contents.send(channels.flush)
      }),
    flushed: () => handedOver(),
    end: async () => {
      ending = true
      const pid = contents.getOSProcessId()
      // 0: it never had a process. By pid and at once: closing would run the page's own code.
      if (pid !== 0) {
        process.kill(pid, 'SIGKILL')
        await gone
      }
      contents.close()
    },
  }
  return page
}
