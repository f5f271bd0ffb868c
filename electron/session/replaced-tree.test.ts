import { describe, expect, it } from 'vitest'
import { active } from './testing.ts'
import { door, goesOn, opened, workstationOf } from './workstation.testing.ts'

describe('a lock that replaces the whole process tree', () => {
  it('lets the refresh token that is being redeemed be kept first, for a second at most: its successor is in the answer, and nowhere else', async () => {
    const kept = door()
    const { dispatch, settled, restarts, waits } = workstationOf(active, { restarts: true, dropped: kept.passed })
    dispatch({ type: 'lock-asked', reason: 'manual' })
    await settled()
    await goesOn()
    expect([restarts(), waits.at(-1)]).toEqual([0, 1_000])
    kept.open()
    await goesOn()
    expect(restarts()).toBe(1)
  })

  it('waits for nothing where nothing is under way', async () => {
    const { dispatch, settled, restarts } = workstationOf(active, { restarts: true })
    dispatch({ type: 'lock-asked', reason: 'manual' })
    await settled()
    await goesOn()
    expect(restarts()).toBe(1)
  })

  /** Locked, with a refresh token under way, and opened again by its PIN before that is kept. */
  async function openAgain() {
    const [kept, saved] = [door(), door()]
    let flushes = 0
    const work = workstationOf(active, { restarts: true, dropped: kept.passed, flush: () => (flushes++ === 0 ? Promise.resolve() : saved.passed) })
    const lock = () => work.dispatch({ type: 'lock-asked', reason: 'manual' })
    const unlock = async () => {
      await work.settled()
      const { listener } = work.started.at(-1) ?? {}
      await listener?.keyPart('part-1')
      listener?.unlocked(opened)
      await goesOn()
      expect(work.session().state).toBe('active')
    }
    lock()
    await unlock()
    return { ...work, lock, unlock, kept, saved }
  }

  it('takes nothing from whoever gave their PIN meanwhile: their own lock replaces it, once what they wrote is saved', async () => {
    const { lock, settled, session, restarts, kept, saved } = await openAgain()
    kept.open()
    await goesOn()
    expect([session().state, restarts()]).toEqual(['active', 0])
    lock()
    await goesOn()
    expect(restarts()).toBe(0)
    saved.open()
    await settled()
    await goesOn()
    expect(restarts()).toBe(1)
  })

  it('does so once, after the last lock, and not again while it ends', async () => {
    const { lock, unlock, settled, restarts, kept, saved } = await openAgain()
    lock()
    kept.open()
    await goesOn()
    expect(restarts()).toBe(0)
    saved.open()
    await settled()
    await goesOn()
    expect(restarts()).toBe(1)
    await unlock()
    lock()
    await settled()
    await goesOn()
    expect(restarts()).toBe(1)
  })

  it('begins nothing anew where the application was ended meanwhile', async () => {
    const kept = door()
    const { dispatch, settled, restarts, close } = workstationOf(active, { restarts: true, dropped: kept.passed })
    dispatch({ type: 'lock-asked', reason: 'manual' })
    await settled()
    await close()
    kept.open()
    await goesOn()
    expect(restarts()).toBe(0)
  })
})
