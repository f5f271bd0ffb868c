import type { Session, WebContents } from 'electron'
import { type AnswerCall, listenToPages } from '../rpc/ipc.electron.ts'
import type { Workstation } from '../session/workstation.ts'
import { lockOnShortcut } from './lock-shortcut.ts'
import type { Page } from './page.ts'
import { openWorkstationWindow, type WorkstationWindow } from './workstation-window.ts'

export interface Pages {
  readonly window: WorkstationWindow
  /** Tells every page, those that load later too, what the workstation shows, and answers what they asked meanwhile. */
  serve(workstation: Workstation, answer: AnswerCall): void
}

/** The window's pages from their birth to the lock: each is told what to show as soon as it can be. */
export function openPages({ session, preload }: { readonly session: Session; readonly preload: string }): Pages {
  let serve: Pages['serve'] = () => undefined
  const served = new Promise<{ readonly workstation: Workstation; readonly answer: AnswerCall }>((resolve) => {
    serve = (workstation, answer) => resolve({ workstation, answer })
  })
  const serving = served.then(({ workstation }) => workstation)
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

  const pageOf = (contents: WebContents) => [...alive].find((page) => page.contents === contents)
  listenToPages(
    (contents) => (contents === window.front().contents ? 'front' : contents === window.spare()?.contents ? 'spare' : 'foreign'),
    async (...call) => (await served).answer(...call),
    { onPainted: (contents) => pageOf(contents)?.hasPainted(), onFlushed: (contents) => pageOf(contents)?.flushed() },
  )
  return { window, serve }
}
