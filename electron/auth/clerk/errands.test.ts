import { describe, expect, it, vi } from 'vitest'
import { ChartkeepError, kindOf } from '../../../shared/errors.ts'
import { never, office } from './office.testing.ts'

describe('a report of what was done @164.312(b)', () => {
  const reports = [{ id: 'd.1.h', json: '{}' }, { id: 'd.2.h', json: '{}' }]

  it('under way at the lock is gone on with by a clerk that never held a token of the session', async () => {
    const asked: { readonly ids: readonly string[]; readonly isOpen: boolean }[] = []
    let isOpen = true
    const { desk, clerks, alive } = office({
      report: async (_user, sent, open, signal) => {
        asked.push({ ids: sent.map(({ id }) => id), isOpen: open })
        if (asked.length > 1) return { taken: sent.length }
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        return { taken: 1, failure: 'cancelled' }
      },
    })
    await desk.signIn(undefined, never)
    const reported = desk.report('user-a', reports, () => isOpen, never)
    await vi.waitFor(() => expect(asked).toHaveLength(1))
    isOpen = false
    desk.dropAccessToken()
    expect(await reported).toEqual({ taken: 2 })
    expect(asked).toEqual([{ ids: ['d.1.h', 'd.2.h'], isOpen: true }, { ids: ['d.2.h'], isOpen: false }])
    expect(clerks).toHaveLength(2)
    expect(alive()).toBe(1)
    desk.dropAccessToken()
    await vi.waitFor(() => expect(alive()).toBe(0))
  })

  it('under way at the lock is taken as far as it went, though the one who goes on cannot begin', async () => {
    let asked = 0
    const { desk } = office({
      report: async (_user, _sent, _open, signal) => {
        asked += 1
        if (asked > 1) throw new ChartkeepError('unauthorized')
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        return { taken: 1, failure: 'cancelled' }
      },
    })
    await desk.signIn(undefined, never)
    const reported = desk.report('user-a', reports, () => true, never)
    await vi.waitFor(() => expect(asked).toBe(1))
    desk.dropAccessToken()
    expect(await reported).toEqual({ taken: 1, failure: 'unauthorized' })
  })

  it('leaves the clerk there for the next one, and no longer than that', async () => {
    vi.useFakeTimers()
    try {
      const { desk, alive } = office({ report: async (_user, sent) => ({ taken: sent.length }) })
      expect(await desk.report('user-a', reports, () => true, never)).toEqual({ taken: 2 })
      await vi.advanceTimersByTimeAsync(19_000)
      expect(alive()).toBe(1)
      await vi.advanceTimersByTimeAsync(2_000)
      expect(alive()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })
})

describe('the question whether the EHR stands by a sign-in', () => {
  it('is asked while nobody has a token, says what came of it, and leaves no clerk behind', async () => {
    const asked: unknown[] = []
    const { desk, alive } = office({ ask: async (...of) => (asked.push(of.slice(0, 2)), { stands: false, useless: [{ way: 'introspection', why: 'refused' }] }) })
    expect(await desk.ask('user-a', ['introspection'], never)).toEqual({ stands: false, useless: [{ way: 'introspection', why: 'refused' }] })
    expect(asked).toEqual([['user-a', ['introspection']]])
    await vi.waitFor(() => expect(alive()).toBe(0))
  })

  it('is cut short by a lock, so that the clerk that may hold a token of the session goes', async () => {
    const { desk, alive } = office({ ask: (_user, _ways, signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new ChartkeepError('cancelled')))) })
    const asked = desk.ask('user-a', ['introspection'], never).then(() => 'told', kindOf)
    await Promise.resolve()
    desk.dropAccessToken()
    expect(await asked).toBe('cancelled')
    await vi.waitFor(() => expect(alive()).toBe(0))
  })

  it('fails by its kind, and a clerk that answers something else is not believed', async () => {
    const { desk } = office({ ask: () => Promise.reject(new ChartkeepError('unauthorized')) })
    expect(await desk.ask('user-a', ['refresh'], never).catch(kindOf)).toBe('unauthorized')
    expect(await office({}).desk.ask('user-a', ['refresh'], AbortSignal.abort()).catch(kindOf)).toBe('cancelled')
  })
})
