import { BaseWindow, nativeTheme, type Session, type WebContentsView } from 'electron'
import { oneDialog, type OneDialog } from './file-dialog/one-dialog.ts'
import { openPage, type Page } from './page.ts'

/** Room that our own page keeps above the EHR's sign-in page: where it is, and how to leave it. Pixels. */
const signInBar = 56

export interface WorkstationWindow {
  show(): void
  /** Brings the window to the front, for the person who started the application a second time. */
  focus(): void
  front(): Page
  spare(): Page | undefined
  /** Warms a spare page beneath the front one, unless there is one. */
  warmSpare(): Page
  /** Puts the spare in front and gives the page that was there, no longer shown, to be ended. */
  swap(): Page
  /** Lays the EHR's sign-in page over ours; the returned function takes it away. */
  overlay(view: WebContentsView): () => void
  /** What comes of a dialog for a file, of which there is one at a time. It is gone from the screen, and its answer undefined, as soon as the views are swapped. */
  readonly answerOf: OneDialog['answerOf']
  /** Ends the dialog of this call, or has it not open. */
  readonly leaveFileDialog: OneDialog['giveUp']
  /** The person closes the window; it stays until the application ends. */
  onClose(listener: () => void): void
}

export interface WindowParts {
  readonly session: Session
  readonly preload: string
  /** Each page passes here before anyone sees it. */
  adopt(page: Page): void
  onLost(page: Page): void
}

export function openWorkstationWindow({ session, preload, adopt, onLost }: WindowParts): WorkstationWindow {
  const backgroundColor = nativeTheme.shouldUseDarkColors ? '#14181c' : '#ffffff'
  // The title never changes: it shows in task bars and screenshots.
  const window = new BaseWindow({ title: 'Chartkeep', width: 1280, height: 800, minWidth: 640, minHeight: 480, show: false, backgroundColor })
  window.setContentProtection(true)
  const overlays = new Set<WebContentsView>()

  const lost = (page: Page) => {
    if (page === spare) {
      // Or the next lock would bring an empty page to the front.
      spare = undefined
      window.contentView.removeChildView(page.view)
      page.contents.close()
    }
    onLost(page)
  }
  const make = () => {
    const page = openPage({ session, preload, backgroundColor, onLost: lost })
    adopt(page)
    return page
  }
  let front = make()
  let spare: Page | undefined

  const arrange = () => {
    const { width, height } = window.getContentBounds()
    for (const page of [front, spare]) page?.view.setBounds({ x: 0, y: 0, width, height })
    for (const view of overlays) view.setBounds({ x: 0, y: signInBar, width, height: Math.max(0, height - signInBar) })
  }
  window.contentView.addChildView(front.view)
  arrange()
  window.on('resize', arrange)

  const warmSpare = () => {
    if (spare) return spare
    const made = make()
    spare = made
    // A page that navigates takes the focus of its window, and with it what somebody is typing: it comes in when it
    // stands. Beneath the front page: it paints there, so that a swap shows a finished screen.
    const come = () => {
      if (spare !== made) return
      window.contentView.addChildView(made.view, 0)
      arrange()
    }
    made.loaded.then(come, come)
    return made
  }
  const dialog = oneDialog()
  // Only where the window has the focus already: a lock must not take it from another application.
  const focusIfOurs = (view: WebContentsView) => {
    if (window.isFocused()) view.webContents.focus()
  }

  return {
    show: () => {
      window.show()
      front.contents.focus()
    },
    focus: () => {
      if (window.isMinimized()) window.restore()
      window.focus()
    },
    front: () => front,
    spare: () => spare,
    warmSpare,
    swap: () => {
      // It shows folders, and what is chosen from here on is chosen by whoever stands before the lock screen.
      dialog.end()
      const old = front
      front = warmSpare()
      spare = undefined
      window.contentView.addChildView(front.view)
      arrange()
      for (const view of [...overlays, old.view]) window.contentView.removeChildView(view)
      overlays.clear()
      focusIfOurs(front.view)
      return old
    },
    overlay: (view) => {
      overlays.add(view)
      window.contentView.addChildView(view)
      arrange()
      focusIfOurs(view)
      return () => {
        if (!overlays.delete(view)) return
        window.contentView.removeChildView(view)
        focusIfOurs(front.view)
      }
    },
    answerOf: dialog.answerOf,
    leaveFileDialog: dialog.giveUp,
    onClose: (listener) => {
      window.on('close', (event) => {
        event.preventDefault()
        listener()
      })
    },
  }
}
