import { ipcMain, type IpcMainEvent, type IpcMainInvokeEvent, type WebContents } from 'electron'
import type { Reply } from '../../shared/errors.ts'
import { parsedJson } from '../../shared/parsed-json.ts'
import { appOrigin } from '../windows/asset-path.ts'
import { channels } from './channels.ts'
import type { CallerFacts } from './router.ts'

/** A page of ours that calls, or the reason why the caller is not one. */
export interface PageCaller extends CallerFacts {
  readonly page: WebContents
  /** The pre-warmed page, which nobody sees: it may only ask what it is to show. */
  readonly isSpare: boolean
}

export type PageRole = 'front' | 'spare' | 'foreign'

export type AnswerCall = (caller: PageCaller, name: unknown, input: unknown) => Promise<Reply<unknown>>

/** What a page says without asking for anything. */
export interface PageSays {
  readonly onPainted: (page: WebContents) => void
  readonly onFlushed: (page: WebContents) => void
}

/** No call to `main` is larger: it takes no note and no record. Characters. */
const longestCall = 10_000

/** What a page needs to draw its first screen. */
const openToSpare: ReadonlySet<string> = new Set(['app.info', 'session.current'])

/**
 * Takes calls from our pages: registered contents, their main frame, our origin. Everyone else reaches the router as
 * refused, so that the refusal is audited.
 */
export function listenToPages(roleOf: (contents: WebContents) => PageRole, answer: AnswerCall, { onPainted, onFlushed }: PageSays): () => void {
  ipcMain.handle(channels.call, async (event, name: unknown, input: unknown) => {
    const role = isOurFrame(event) ? roleOf(event.sender) : 'foreign'
    const isSpare = role === 'spare'
    const refusal = role === 'foreign' ? 'wrong-sender' : isSpare && !openToSpare.has(String(name)) ? 'stale' : undefined
    return JSON.stringify(await answer({ page: event.sender, isSpare, ...(refusal ? { refusal } : {}) }, name, parse(input)))
  })
  const painted = (event: IpcMainEvent) => {
    if (isOurFrame(event)) onPainted(event.sender)
  }
  const flushed = (event: IpcMainEvent) => {
    if (isOurFrame(event)) onFlushed(event.sender)
  }
  ipcMain.on(channels.painted, painted)
  ipcMain.on(channels.flush, flushed)
  return () => {
    ipcMain.removeHandler(channels.call)
    ipcMain.off(channels.painted, painted)
    ipcMain.off(channels.flush, flushed)
  }
}

function isOurFrame(event: IpcMainInvokeEvent | IpcMainEvent): boolean {
  const frame = event.senderFrame
  // A frame that has gone has no URL to judge: refused.
  if (!frame || event.sender.isDestroyed() || frame !== event.sender.mainFrame) return false
  return frame.url === `${appOrigin}/`
}

/** What does not parse becomes undefined, which no row takes as input. */
function parse(input: unknown): unknown {
  return typeof input === 'string' && input.length <= longestCall ? parsedJson(input) : undefined
}
