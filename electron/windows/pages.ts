import type { Session, WebContents } from 'electron'
import type { PageRole } from '../rpc/ipc.electron.ts'
import type { Workstation } from '../session/workstation.ts'
import { lockOnShortcut } from './lock-shortcut.ts'
import type { Page } from './page.ts'
import { openWorkstationWindow, type WorkstationWindow } from './workstation-window.ts'

export interface Pages {
  readonly window: WorkstationWindow
  /** Tells every page, those that load later too, what the workstation shows. */
  serve(workstation: Workstation): void
  roleOf(contents: WebContents): PageRole
  flushed(contents: WebContents): void
}

/** The window's pages from their birth to the lock: each is told what to show as soon as it can be. */
export function openPages({ session, preload }: { readonly session: Session; readonly preload: string }): Pages {
  let ready: (workstation: Workstation) => void = () => undefined
  const serving = new Promise<Workstation>((resolve) => {
    ready = resolve
  })
  const alive = new Set<Page>()

  const adopt = (page: Page) => {
    alive.add(page)
    page.contents.once('destroyed', () => alive.delete(page))
    lockOnShortcut(page.contents, () => void serving.then((workstation) => workstation.dispatch({ type: 'lock-asked', reason: 'manual' })))
    void Promise.all([serving, page.loaded]).then(
      ([workstation]) => page.show(workstation.viewFor(page === window.spare())),
      // Killed while it loaded: nobody is looking at it.
      () => undefined,
    )
  }
  const window = openWorkstationWindow({ session, preload, adopt, onLost: (page) => void serving.then((workstation) => workstation.pageLost(page)) })

  return {
    window,
    serve: ready,
    roleOf: (contents) => (contents === window.front().contents ? 'front' : contents === window.spare()?.contents ? 'spare' : 'foreign'),
    flushed: (contents) => [...alive].find((page) => page.contents === contents)?.flushed(),
  }
}
