import { describe, expect, it } from 'vitest'
import { PatientId, type Place } from '../../shared/contract/index.ts'
import { PlaceKeeper } from './place-keeper.ts'

const place = (scroll: number, view = 'summary', front?: number): Place => ({ tabs: [{ patient: PatientId.parse('ann'), view, scroll }], ...(front === undefined ? {} : { front }) })

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
  it('is kept at once when a chart is opened, closed or fronted, or another view is shown: a crash may be next', () => {
    const { keeper, kept, timers } = bench()
    const steps: readonly Place[] = [{ tabs: [] }, place(0), place(0, 'summary', 0), place(0, 'results', 0), { tabs: [] }]
    for (const step of steps) keeper.change(step)
    expect(kept).toEqual(steps)
    expect(timers).toEqual([])
  })

  it('is kept once for a burst of scrolling, as it was at the end', () => {
    const { keeper, kept, timers } = bench()
    for (const scroll of [0, 10, 20, 30]) keeper.change(place(scroll))
    expect(timers).toHaveLength(1)
    timers[0]?.()
    expect(kept).toEqual([place(0), place(30)])
  })

  it('is kept at once when the lock asks, and not a second time', async () => {
    const { keeper, kept, timers } = bench()
    keeper.change(place(1))
    keeper.change(place(2))
    await keeper.flush()
    await keeper.flush()
    expect(kept).toEqual([place(1), place(2)])
    expect(timers).toEqual([])
  })

  it('never holds up the lock by failing', async () => {
    const { keeper } = bench(true)
    keeper.change(place(1))
    await expect(keeper.flush()).resolves.toBeUndefined()
  })
})
