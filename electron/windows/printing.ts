import type { PrinterInfo } from 'electron'
import { setTimeout as wait } from 'node:timers/promises'
import type { OutputOf } from '../../shared/contract/index.ts'
import { mostPrinters } from '../../shared/contract/printing.ts'
import { ChartkeepError } from '../../shared/errors.ts'

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
  /**
   * Prints what the page shows, where the session is still open when the printers are known; one job at a time.
   * Rejects `not-printed`, and `print-unknown` where nothing says whether the system has it.
   */
  print(page: PrintingPage, printer: string, isOpen: () => boolean): Promise<void>
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
  let isPrinting = false
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
    async print(page, printer, isOpen) {
      if (isPrinting) throw new ChartkeepError('not-printed')
      isPrinting = true
      try {
        const found = await listed(page)
        // Only where it is one of them, and they answer: Chromium would wait for the others by itself. It may have locked meanwhile.
        if (found?.some(({ name }) => name === printer) !== true || page.isDestroyed() || !isOpen()) throw new ChartkeepError('not-printed')
        const taken = await handedOver(page, printer, toTake)
        if (taken !== true) throw new ChartkeepError(taken === false ? 'not-printed' : 'print-unknown')
      } finally {
        isPrinting = false
      }
    },
  }
}

/** Whether the system has taken it; undefined where it does not say it in time, or a lock has ended the page meanwhile: what the system has by then, it prints. */
async function handedOver(page: PrintingPage, printer: string, toTake: number): Promise<boolean | undefined> {
  let leave: () => void = () => undefined
  const said = new Promise<boolean | undefined>((resolve) => {
    leave = () => resolve(undefined)
    page.once('destroyed', leave)
    page.print({ silent: true, deviceName: printer, printBackground: false }, resolve)
  })
  const taken = await within(said, toTake)
  if (!page.isDestroyed()) page.off('destroyed', leave)
  return taken
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
