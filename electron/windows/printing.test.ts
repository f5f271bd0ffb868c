import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { printing, type PrintingPage } from './printing.ts'

const ward = { name: 'ward', displayName: 'ward', description: 'Printer of the ward' }
const never = new Promise<never>(() => undefined)
const times = { toList: 20, toTake: 20 }
const long = { toList: 5_000, toTake: 5_000 }
const open = () => true

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
    await expect(here.print(silent.contents, 'ward', open)).rejects.toThrow('not-printed')
    expect(silent.asked()).toBe(1)
    expect(silent.told).toEqual([])
  })

  it('prints on that printer, and asks nobody: no dialog is opened', async () => {
    const { contents: one, told, listeners } = page()
    await printing(times).print(one, 'ward', open)
    expect(told).toEqual([{ silent: true, deviceName: 'ward', printBackground: false }])
    expect(listeners.size).toBe(0)
  })

  it('prints nothing on a printer that is not there, and calls what was not taken not printed', async () => {
    const { contents: one, told } = page({ taken: false })
    await expect(printing(times).print(one, 'another', open)).rejects.toThrow('not-printed')
    expect(told).toEqual([])
    await expect(printing(times).print(one, 'ward', open)).rejects.toThrow('not-printed')
  })

  it('does not call that printed or not of which nothing is heard', async () => {
    await expect(printing(times).print(page({ taken: 'nothing is heard' }).contents, 'ward', open)).rejects.toThrow('print-unknown')
  })

  it('prints one at a time, of whatever page, and the next when that is through', async () => {
    const here = printing(long)
    const [first, second] = [page({ taken: 'nothing is heard' }), page()]
    const under = here.print(first.contents, 'ward', open)
    await expect(here.print(second.contents, 'ward', open)).rejects.toThrow('not-printed')
    expect(second.told).toEqual([])
    while (first.told.length === 0) await wait(1)
    first.end()
    await expect(under).rejects.toThrow('print-unknown')
    await here.print(second.contents, 'ward', open)
    expect(second.told).toHaveLength(1)
  })

  it('prints nothing where it has locked, though the page is still there @164.312(a)(2)(iii)', async () => {
    const { contents: one, told } = page()
    await expect(printing(times).print(one, 'ward', () => false)).rejects.toThrow('not-printed')
    expect(told).toEqual([])
  })

  it('prints nothing of a page that a lock has ended before, and does not claim to know of one that it ends in the middle', async () => {
    let answer: (printers: readonly (typeof ward)[]) => void = () => undefined
    const before = page({ printers: () => new Promise((resolve) => (answer = resolve)) })
    const first = printing(long).print(before.contents, 'ward', open)
    before.end()
    answer([ward])
    await expect(first).rejects.toThrow('not-printed')
    expect(before.told).toEqual([])

    const amid = page({ taken: 'nothing is heard' })
    const second = printing(long).print(amid.contents, 'ward', open)
    while (amid.told.length === 0) await wait(1)
    amid.end()
    await expect(second).rejects.toThrow('print-unknown')
  })
})
