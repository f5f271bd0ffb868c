import { setTimeout as delay } from 'node:timers/promises'
import type { ElectronApplication, Page } from 'playwright'

/**
 * Our page that a person sees: the topmost of our views in the window. A spare lies beneath it and shows a lock screen too, so
 * that neither can be told by what it shows.
 */
export async function frontPage(app: ElectronApplication): Promise<Page> {
  const deadline = Date.now() + 20_000
  while (Date.now() < deadline) {
    const mark = await markFront(app)
    for (const page of mark === undefined ? [] : app.context().pages()) {
      if ((await markOf(page)) === mark) return page
    }
  }
  throw new Error('no page came to the front within 20 s')
}

/** The mark of a page; none where it does not answer, as one whose process has died never does. */
function markOf(page: Page): Promise<string | undefined> {
  const asked = page.evaluate(() => document.documentElement.dataset['front']).catch(() => undefined)
  return Promise.race([asked, delay(500, undefined)])
}

/** The EHR's sign-in page, laid over ours. By where it has gone: a page of ours that is being made stands by nameless for a moment, as theirs does. */
export async function signInPage(app: ElectronApplication): Promise<Page> {
  const deadline = Date.now() + 20_000
  while (Date.now() < deadline) {
    const theirs = app.context().pages().find((page) => page.url().startsWith('https://'))
    if (theirs) return theirs
    await delay(50)
  }
  throw new Error('the page of the EHR did not come within 20 s')
}

async function markFront(app: ElectronApplication): Promise<string | undefined> {
  const mark = String(Math.random())
  return app
    .evaluate(async ({ BaseWindow }, name) => {
      // Every child of our window is a WebContentsView; the EHR's sign-in page may lie over ours.
      const views = (BaseWindow.getAllWindows()[0]?.contentView.children ?? []) as Electron.WebContentsView[]
      const webContents = views.map((view) => view.webContents).findLast((each) => each.getURL().startsWith('app://'))
      if (!webContents) return undefined
      const marked = webContents.executeJavaScript(`document.documentElement.dataset.front = ${JSON.stringify(name)}; 0`).then(() => name)
      // A page whose process has died never answers.
      const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), 500))
      return Promise.race([marked, late])
    }, mark)
    .catch(() => undefined)
}
