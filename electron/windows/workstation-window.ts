import { BaseWindow, nativeTheme, type Session, type WebContents, type WebContentsView } from 'electron'
import { openAppView } from './app-view.ts'

/** Room that our own page keeps above the EHR's sign-in page: where it is, and how to leave it. Pixels. */
const signInBar = 56

export interface WorkstationWindow {
  show(): void
  focusApplication(): void
  /** The page that is in front. */
  current(): WebContents
  /** Pages of ours that are alive: the current one, and the spare. */
  pages(): readonly WebContents[]
  /** Warms a spare page beneath the current one, unless there is one. */
  warmSpare(): Promise<void>
  /** Puts the spare in front and gives the page that was there, no longer shown, to be ended. */
  swap(): WebContents
  /** Lays the EHR's sign-in page over ours; the returned function takes it away. */
  overlay(view: WebContentsView): () => void
  /** Called when a page's process has gone that was not asked to. */
  onLost(listener: (contents: WebContents) => void): void
  onClosed(listener: () => void): void
  close(): void
}

export interface WindowParts {
  readonly session: Session
  readonly preload: string
  /** Called for each page before it loads: transports register it. */
  adopt(contents: WebContents): void
}

export function openWorkstationWindow(parts: WindowParts): WorkstationWindow {
  const background = () => (nativeTheme.shouldUseDarkColors ? '#14181c' : '#ffffff')
  // The title never changes: it shows in task bars and screenshots.
  const window = new BaseWindow({ title: 'Chartkeep', width: 1280, height: 800, minWidth: 640, minHeight: 480, show: false, backgroundColor: background() })
  window.setContentProtection(true)
  const lost = new Set<(contents: WebContents) => void>()
  const ending = new WeakSet<WebContents>()
  const overlays = new Set<WebContentsView>()

  const make = () => {
    const made = openAppView(parts.session, parts.preload, background())
    parts.adopt(made.view.webContents)
    made.view.webContents.on('render-process-gone', () => {
      if (!ending.has(made.view.webContents)) for (const listener of lost) listener(made.view.webContents)
    })
    return made
  }

  const place = () => {
    const { width, height } = window.getContentBounds()
    for (const { view } of [front, spare].filter((each) => each !== undefined)) view.setBounds({ x: 0, y: 0, width, height })
    for (const view of overlays) view.setBounds({ x: 0, y: signInBar, width, height: Math.max(0, height - signInBar) })
  }

  let front = make()
  let spare: typeof front | undefined
  window.contentView.addChildView(front.view)
  place()
  window.on('resize', place)

  const warm = () => {
    if (!spare) {
      spare = make()
      // Beneath the current page: it paints there, so that a swap shows a finished screen.
      window.contentView.addChildView(spare.view, 0)
      place()
    }
    return spare
  }

  return {
    show: () => {
      window.show()
      front.view.webContents.focus()
    },
    focusApplication: () => {
      if (window.isMinimized()) window.restore()
      window.focus()
    },
    current: () => front.view.webContents,
    pages: () => [front, spare].filter((each) => each !== undefined).map((each) => each.view.webContents),
    warmSpare: () => warm().loaded,
    swap: () => {
      const old = front
      const fresh = warm()
      ending.add(old.view.webContents)
      window.contentView.removeChildView(old.view)
      front = fresh
      spare = undefined
      for (const view of overlays) window.contentView.removeChildView(view)
      overlays.clear()
      // Only where the window has the focus already: a lock must not take it from another application.
      if (window.isFocused()) front.view.webContents.focus()
      return old.view.webContents
    },
    overlay: (view) => {
      overlays.add(view)
      window.contentView.addChildView(view)
      place()
      if (window.isFocused()) view.webContents.focus()
      return () => {
        if (!overlays.delete(view)) return
        window.contentView.removeChildView(view)
        if (window.isFocused()) front.view.webContents.focus()
      }
    },
    onLost: (listener) => void lost.add(listener),
    onClosed: (listener) => void window.on('closed', listener),
    close: () => window.close(),
  }
}
