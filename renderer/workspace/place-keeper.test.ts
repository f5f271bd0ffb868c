import { describe, expect, it } from 'vitest'
import type { Place } from '../../shared/contract/index.ts'
import { PlaceKeeper } from './place-keeper.ts'

const place = (front: number): Place => ({ tabs: [], front })

function bench(broken = false) {
  const kept: Place[] = []
  const timers: (() => void)[] = []
  const keeper = new PlaceKeeper({
    async keep(each) {
      if (broken) throw new Error('disk full')
      kept.push(each)
    },
    after(_, run) {
      timers.push(run)
      return () => void timers.splice(timers.indexOf(run), 1)
    },
  })
  return { keeper, kept, timers }
}

describe('where one reads', () => {
  it('is kept once for a burst of changes, as it was at the end', async () => {
    const { keeper, kept, timers } = bench()
    for (const front of [1, 2, 3]) keeper.change(place(front))
    expect(timers).toHaveLength(1)
    timers[0]?.()
    expect(kept).toEqual([place(3)])
  })

  it('is kept at once when the lock asks, and not a second time', async () => {
    const { keeper, kept, timers } = bench()
    keeper.change(place(1))
    await keeper.flush()
    await keeper.flush()
    expect(kept).toEqual([place(1)])
    expect(timers).toEqual([])
  })

  it('never holds up the lock by failing', async () => {
    const { keeper } = bench(true)
    keeper.change(place(1))
    await expect(keeper.flush()).resolves.toBeUndefined()
  })
})
