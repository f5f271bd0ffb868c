import type { PrinterInfo } from 'electron'
import { setTimeout as wait } from 'node:timers/promises'
import type { OutputOf } from '../../shared/contract/index.ts'
import { mostPrinters } from '../../shared/contract/printing.ts'

/** What of a page prints: Electron's own, which asks nobody when it is told to be silent. */
export interface PrintingPage {
  getPrintersAsync(): Promise<readonly Pick<PrinterInfo, 'name' | 'displayName' | 'description'>[]>
  print(options: { readonly silent: true; readonly deviceName: string; readonly printBackground: false }, done: (sent: boolean) => void): void
  once(event: 'destroyed', listener: () => void): unknown
  off(event: 'destroyed', listener: () => void): unknown
  isDestroyed(): boolean
}

export interface Printing {
  printersOf(page: PrintingPage): Promise<OutputOf<'audit.printers'>>
  /** Prints what the page shows. */
  print(page: PrintingPage, printer: string): Promise<OutputOf<'audit.print'>>
}

export interface PrintingTimes {
  /** Until the system has said which printers there are, and until it has taken what is to be printed. Milliseconds. */
  readonly toList: number
  readonly toTake: number
}

/** A print server that is away may be waited for by the system for minutes. */
const patient: PrintingTimes = { toList: 10_000, toTake: 60_000 }

/**
 * Printing without the system's dialog: Chromium's lies over the page, cannot be taken away, and a page that ends beneath it takes `main` with it
 * (ADR 0139). Which printer is asked in the page, and ends with it.
 */
export function printing({ toList, toTake }: PrintingTimes = patient): Printing {
  // One question of a page at a time: a system that does not answer keeps a thread of ours for each.
  const asked = new WeakMap<PrintingPage, ReturnType<PrintingPage['getPrintersAsync']>>()
  const listed = (page: PrintingPage) => {
    const asking = asked.get(page) ?? page.getPrintersAsync().finally(() => asked.delete(page))
    asked.set(page, asking)
    return within(asking, toList)
  }
  return {
    async printersOf(page) {
      const found = await listed(page)
      if (found === undefined) return { answered: false, printers: [] }
      return { answered: true, printers: found.filter(({ name }) => name !== '').slice(0, mostPrinters).map((each) => ({ printer: each.name, label: labelOf(each) })) }
    },
    async print(page, printer) {
      const found = await listed(page)
      // Only where it is one of them, and they answer: Chromium would wait for the others by itself.
      if (found?.some(({ name }) => name === printer) !== true || page.isDestroyed()) return { job: 'not-sent' }
      let leave: () => void = () => undefined
      const sent = new Promise<boolean>((resolve) => {
        // A lock ends the page: what has not left it by then never does.
        leave = () => resolve(false)
        page.once('destroyed', leave)
        page.print({ silent: true, deviceName: printer, printBackground: false }, resolve)
      })
      const taken = await within(sent, toTake)
      if (!page.isDestroyed()) page.off('destroyed', leave)
      return { job: taken === undefined ? 'unknown' : taken ? 'sent' : 'not-sent' }
    },
  }
}

const longestPart = 500

/** Its name, and what the system says of it beside. */
function labelOf({ name, displayName, description }: Pick<PrinterInfo, 'name' | 'displayName' | 'description'>): string {
  const called = (displayName === '' ? name : displayName).slice(0, longestPart)
  return description === '' || description === called ? called : `${called} · ${description.slice(0, longestPart)}`
}

/** Undefined where it takes longer. */
async function within<T>(work: Promise<T>, milliseconds: number): Promise<T | undefined> {
  const over = new AbortController()
  try {
    return await Promise.race([work, wait(milliseconds, undefined, { signal: over.signal })])
  } finally {
    over.abort()
  }
}
