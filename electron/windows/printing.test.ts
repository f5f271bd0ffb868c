import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { printing, type PrintingPage } from './printing.ts'

const ward = { name: 'ward', displayName: 'ward', description: 'Printer of the ward' }
const never = new Promise<never>(() => undefined)
const times = { toList: 20, toTake: 20 }

/** A page, what it was told to print, and how often the system was asked. */
function page({ printers = async () => [ward], taken = true }: { printers?: PrintingPage['getPrintersAsync']; taken?: boolean | 'nothing is heard' } = {}) {
  const told: unknown[] = []
  const listeners = new Set<() => void>()
  let asked = 0
  let isDestroyed = false
  const contents: PrintingPage = {
    getPrintersAsync: () => {
      asked += 1
      return printers()
    },
    print: (options, done) => {
      told.push(options)
      if (taken !== 'nothing is heard') done(taken)
    },
    once: (_event, listener) => listeners.add(listener),
    off: (_event, listener) => listeners.delete(listener),
    isDestroyed: () => isDestroyed,
  }
  const end = () => {
    isDestroyed = true
    for (const listener of listeners) listener()
  }
  return { contents, told, listeners, end, asked: () => asked }
}

describe('printing', () => {
  it('lists the printers by name and by what the system says of them', async () => {
    const { contents: one } = page({ printers: async () => [ward, { name: 'hall', displayName: '', description: '' }, { name: '', displayName: 'none', description: '' }] })
    expect(await printing(times).printersOf(one)).toEqual({ answered: true, printers: [{ printer: 'ward', label: 'ward · Printer of the ward' }, { printer: 'hall', label: 'hall' }] })
  })

  it('says that a system which does not answer does not, and asks it once however often it is asked for', async () => {
    const silent = page({ printers: () => never })
    const here = printing(times)
    expect(await Promise.all([here.printersOf(silent.contents), here.printersOf(silent.contents)])).toEqual([{ answered: false, printers: [] }, { answered: false, printers: [] }])
    expect(await here.print(silent.contents, 'ward')).toEqual({ job: 'not-sent' })
    expect(silent.asked()).toBe(1)
    expect(silent.told).toEqual([])
  })

  it('prints on that printer, and asks nobody: no dialog is opened', async () => {
    const { contents: one, told, listeners } = page()
    expect(await printing(times).print(one, 'ward')).toEqual({ job: 'sent' })
    expect(told).toEqual([{ silent: true, deviceName: 'ward', printBackground: false }])
    expect(listeners.size).toBe(0)
  })

  it('prints nothing on a printer that is not there, and says what was not taken', async () => {
    const { contents: one, told } = page({ taken: false })
    expect(await printing(times).print(one, 'another')).toEqual({ job: 'not-sent' })
    expect(told).toEqual([])
    expect(await printing(times).print(one, 'ward')).toEqual({ job: 'not-sent' })
  })

  it('does not call that printed or not of which nothing is heard', async () => {
    expect(await printing(times).print(page({ taken: 'nothing is heard' }).contents, 'ward')).toEqual({ job: 'unknown' })
  })

  it('prints nothing of a page that a lock has ended, before or in the middle', async () => {
    let answer: (printers: readonly (typeof ward)[]) => void = () => undefined
    const before = page({ printers: () => new Promise((resolve) => (answer = resolve)) })
    const first = printing({ toList: 5_000, toTake: 5_000 }).print(before.contents, 'ward')
    before.end()
    answer([ward])
    expect(await first).toEqual({ job: 'not-sent' })
    expect(before.told).toEqual([])

    const amid = page({ taken: 'nothing is heard' })
    const second = printing({ toList: 5_000, toTake: 5_000 }).print(amid.contents, 'ward')
    while (amid.told.length === 0) await wait(1)
    amid.end()
    expect(await second).toEqual({ job: 'not-sent' })
  })
})
