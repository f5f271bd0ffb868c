import { describe, expect, it } from 'vitest'
import type { Journal, Kept } from './journal.ts'
import { createNotice } from './notice.ts'

const clock = { now: () => 1_000 }
function journalOf(kept: Kept = { seen: [], pending: [] }, isFull = false): Journal {
  return { current: () => kept, change: async (to) => (isFull ? Promise.reject(new Error('full')) : void (kept = to(kept))) }
}

describe('that the desk signed somebody out', () => {
  it('is said at once, over a restart too, until somebody is at work again; beside what it says', async () => {
    const journal = journalOf()
    const notice = createNotice(journal, clock)
    let told = 0
    notice.onChange(() => (told += 1))
    const kept = notice.saySignedOut()
    expect([notice.signedOutAt(), told]).toEqual([1_000, 1])
    await Promise.all([kept, notice.say('Call 4711')])
    const again = createNotice(journal, clock)
    expect([again.signedOutAt(), again.current()]).toEqual([1_000, 'Call 4711'])
    again.atWork()
    expect([again.signedOutAt(), journal.current()]).toEqual([undefined, { seen: [], pending: [], notice: 'Call 4711' }])
  })

  it('is not mixed up with orders that do not come, which are said until they come again, and not over a restart', () => {
    const journal = journalOf()
    const notice = createNotice(journal, clock)
    const told: unknown[] = []
    notice.onChange(() => void told.push(notice.unheardSince()))
    notice.sayUnheard(500)
    expect(createNotice(journal, clock).unheardSince()).toBeUndefined()
    notice.sayUnheard(undefined)
    expect([told, notice.signedOutAt()]).toEqual([[500, undefined], undefined])
  })

  it('is said though the disk does not take it, and fails no order', async () => {
    const notice = createNotice(journalOf(undefined, true), clock)
    await notice.saySignedOut()
    expect(notice.signedOutAt()).toBe(1_000)
  })
})
