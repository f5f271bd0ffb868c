import { describe, expect, it } from 'vitest'
import { ChartkeepError } from '../../shared/errors.ts'
import type { Asked } from '../auth/still-granted.ts'
import type { Session } from './machine.ts'
import { active, physician } from './testing.ts'
import { door, goesOn, locked, opened, workstationOf } from './workstation.testing.ts'

describe('a sign-in that was begun behind the lock and given up', () => {
  it.each<[string, Session]>([['while the lock was not through', active], ['while the start was not through', locked]])('%s leaves a lock that its PIN opens', async (_when, initial) => {
    const way = door()
    const { dispatch, settled, started, connected } = workstationOf(initial, { way: way.passed })
    dispatch({ type: 'lock-asked', reason: 'manual' })
    await goesOn()
    dispatch({ type: 'sign-in-asked' })
    way.open()
    await goesOn()
    dispatch({ type: 'sign-in-cancelled' })
    await settled()
    expect(started).toMatchObject([{ userKey: 'abc', state: 'locked', isEnded: false }])
    // Without the holds it would give no chart.
    expect([connected, started[0]?.holds]).toEqual([[1], [[]]])
  })

  it('leaves one too where the process behind the lock died meanwhile', async () => {
    const { dispatch, settled, started, connected } = workstationOf(locked)
    await settled()
    dispatch({ type: 'sign-in-asked' })
    started[0]?.listener.lost()
    await goesOn()
    dispatch({ type: 'sign-in-cancelled' })
    await settled()
    expect([started.length, connected]).toEqual([2, [1, 2]])
  })
})

describe('a full sign-in behind the lock', () => {
  const withoutPin: Session = { ...locked, who: { ...physician, pin: 'unavailable' }, needsSignIn: true }

  it('asks for the PIN of a page that sends it to the next process: nothing is asked of the one that is being ended', async () => {
    const { dispatch, settled, started, told } = workstationOf(withoutPin)
    await settled()
    dispatch({ type: 'sign-in-asked' })
    told.length = 0
    dispatch({ type: 'signed-in', who: physician })
    // At once, however long it takes until the next one is there.
    expect([told, started[0]?.isEnded]).toEqual([['no records', 'locked, PIN set'], true])
    await settled()
    expect(told.filter((line) => line.includes('records'))).toEqual(['no records', 'records 2'])
    expect(started).toMatchObject([{ isEnded: true }, { state: 'locked', isEnded: false }])
  })

  it('is not opened by what the process before it comes to, late', async () => {
    const pin = door()
    const { dispatch, settled, session, started } = workstationOf(locked, { settled: pin.passed })
    await settled()
    started[0]?.listener.unlocked(opened)
    dispatch({ type: 'sign-in-asked' })
    dispatch({ type: 'signed-in', who: physician })
    await settled()
    pin.open()
    await goesOn()
    expect([session().state, started.length, started[1]?.isEnded]).toEqual(['locked', 2, false])
  })
})

describe('a right PIN that is through when the lock is not on the screen @164.312(a)(2)(iii)', () => {
  it('leaves no vault open behind the lock: what it opened is ended, and another asks for the PIN', async () => {
    const pin = door()
    const { dispatch, settled, session, started, connected } = workstationOf(locked, { settled: pin.passed })
    await settled()
    started[0]?.listener.unlocked(opened)
    dispatch({ type: 'sign-in-asked' })
    pin.open()
    await goesOn()
    expect(started[0]?.isEnded).toBe(true)
    dispatch({ type: 'sign-in-cancelled' })
    await settled()
    expect([session().state, connected]).toEqual(['locked', [1, 2]])
    expect(started[1]).toMatchObject({ userKey: 'abc', state: 'locked', isEnded: false })
    started[1]?.listener.unlocked(opened)
    await goesOn()
    expect([session().state, started.length, started[1]?.isEnded]).toEqual(['active', 2, false])
  })

  it('leaves none either where the PIN was voided meanwhile', async () => {
    const { dispatch, settled, session, started } = workstationOf(locked, { settled: Promise.reject(new ChartkeepError('pin-void', { triesLeft: 0 })) })
    await settled()
    started[0]?.listener.unlocked(opened)
    await goesOn()
    await settled()
    expect(session()).toMatchObject({ state: 'locked', failure: { kind: 'pin-void' } })
    expect(started.map(({ isEnded }) => isEnded)).toEqual([true, false])
    dispatch({ type: 'sign-out-asked' })
    await settled()
    expect(started.map(({ isEnded }) => isEnded)).toEqual([true, true])
  })
})

describe('a lock whose process dies again as soon as it stands', () => {
  it('gets another one all the same, after a pause: its PIN opens it', async () => {
    const { settled, started, connected, pausing } = workstationOf(locked)
    await settled()
    started[0]?.listener.lost()
    await settled()
    started[1]?.listener.lost()
    await settled()
    expect([started.length, pausing.asked()]).toEqual([2, [2_000]])
    await pausing.over()
    await settled()
    expect([started.length, connected]).toEqual([3, [1, 2, 3]])
    expect(started[2]).toMatchObject({ userKey: 'abc', state: 'locked', isEnded: false })
  })

  it('gets none beside the one that a sign-in has brought meanwhile, nor after the end of the session', async () => {
    const { dispatch, settled, started, pausing } = workstationOf(locked)
    await settled()
    started[0]?.listener.lost()
    await settled()
    started[1]?.listener.lost()
    dispatch({ type: 'sign-in-asked' })
    dispatch({ type: 'signed-in', who: physician })
    await settled()
    expect(started).toHaveLength(3)
    await pausing.over()
    await settled()
    expect([started.length, started[2]?.isEnded]).toEqual([3, false])
    dispatch({ type: 'sign-out-asked' })
    await settled()
    started[2]?.listener.lost()
    await pausing.over()
    await settled()
    expect(started).toHaveLength(3)
  })
})

describe('a right PIN at an EHR that sends no orders @164.312(a)(1)', () => {
  /** The PIN is typed, and proved at once; the EHR answers when the test says so. */
  async function typed(ask: () => Promise<Asked>) {
    const answer = door()
    const work = workstationOf(locked, { ask: () => answer.passed.then(ask) })
    await work.settled()
    await work.started[0]?.listener.keyPart('part-1')
    work.started[0]?.listener.unlocked(opened)
    await goesOn()
    expect(work.session().state).toBe('locked')
    answer.open()
    await goesOn()
    return work
  }

  it('opens once the EHR stands by its owner, or is not reached', async () => {
    expect((await typed(async () => ({ stands: true, useless: [] }))).session().state).toBe('active')
    expect((await typed(() => Promise.reject(new ChartkeepError('offline')))).session().state).toBe('active')
  })

  it('is not left half asked by the end of the application: a refresh token that is being spent is kept first', async () => {
    const answer = door()
    const { settled, started, close } = workstationOf(locked, { ask: () => answer.passed.then(() => ({ stands: true, useless: [] })) })
    await settled()
    await started[0]?.listener.keyPart('part-1')
    started[0]?.listener.unlocked(opened)
    await goesOn()
    let isClosed = false
    const closed = close().then(() => (isClosed = true))
    await goesOn()
    expect(isClosed).toBe(false)
    answer.open()
    await closed
  })

  it('opens nothing where it does not any more: what the PIN has opened is ended', async () => {
    const { session, settled, started } = await typed(() => Promise.reject(new ChartkeepError('unauthorized')))
    await settled()
    expect(session()).toMatchObject({ state: 'locked', reason: 'token-refused', needsSignIn: true })
    expect(started.map(({ isEnded }) => isEnded)).toEqual([true, false])
  })
})

describe('when somebody left their session', () => {
  it.each([['lock-asked', ['abc']], ['wipe-ordered', []]] as const)('is told after %s: %j, for of whoever is wiped nothing is written any more', async (type, told) => {
    const { dispatch, settled, session, left } = workstationOf(active)
    dispatch(type === 'lock-asked' ? { type, reason: 'manual' } : { type })
    await settled()
    expect([session().state, left]).toEqual([type === 'lock-asked' ? 'locked' : 'signedOut', told])
  })
})
