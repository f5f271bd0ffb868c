import { describe, expect, it } from 'vitest'
import type { KeepingTrouble } from '../../shared/bridge.ts'
import { ChartkeepError, kindOf } from '../../shared/errors.ts'
import { memoryRows, watchedRows } from './cache/rows.ts'
import { type Store, watchKeeping } from './keeping.ts'

function bench() {
  const told: (KeepingTrouble | undefined)[] = []
  const probed: Store[] = []
  const timers: (() => void)[] = []
  const watch = watchKeeping({ changed: (trouble) => void told.push(trouble), probe: (what) => void probed.push(what), later: (_ms, act) => void timers.push(act) })
  return { watch, told, probed, tick: () => timers.shift()?.() }
}

describe('what this workstation can keep', () => {
  it('is told once when it stops and once when it goes on, not for every row', () => {
    const { watch, told } = bench()
    watch.report('work', undefined)
    watch.report('work', 'disk-full')
    watch.report('work', 'disk-full')
    watch.report('work', undefined)
    expect(told).toEqual([{ what: 'work', failure: 'disk-full' }, undefined])
  })

  it('is told by its gravest loss: no audit before no notes before no cache', () => {
    const { watch, told } = bench()
    watch.report('cache', 'disk-full')
    watch.report('audit', 'audit-unavailable')
    watch.report('work', 'disk-full')
    watch.report('audit', undefined)
    watch.report('work', undefined)
    expect(told.map((trouble) => trouble?.what)).toEqual(['cache', 'audit', 'work', 'cache'])
  })

  it('is tried again by itself, what failed alone, until it works', () => {
    const { watch, probed, tick } = bench()
    watch.report('work', 'disk-full')
    watch.report('cache', 'disk-full')
    tick()
    watch.report('cache', undefined)
    tick()
    watch.report('work', undefined)
    tick()
    expect(probed).toEqual(['work', 'cache', 'work'])
    expect(tick()).toBeUndefined()
  })
})

describe('rows that are watched', () => {
  it('tell of what was put and of what was not, and never of what is damaged or was only read', () => {
    const told: (string | undefined)[] = []
    let failure: ChartkeepError | undefined
    const address = { purpose: 'draft', patient: 'ann', what: 'note' } as const
    const rows = watchedRows({ ...memoryRows(), put: () => { if (failure) throw failure } }, (kind) => void told.push(kind)) // prettier-ignore
    const put = () => {
      try {
        rows.put(address, Buffer.from('x'), 1)
      } catch (error) {
        return kindOf(error)
      }
      return 'kept'
    }
    expect(put()).toBe('kept')
    failure = new ChartkeepError('disk-full')
    expect(put()).toBe('disk-full')
    failure = new ChartkeepError('vault-corrupt')
    expect(put()).toBe('vault-corrupt')
    rows.get(address)
    expect(told).toEqual([undefined, 'disk-full'])
  })
})
