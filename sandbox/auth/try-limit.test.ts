import { describe, expect, it } from 'vitest'
import { tryLimit } from './try-limit.ts'

function setUp() {
  const time = { now: 1_000_000 }
  return { time, limit: tryLimit({ tries: 5, windowMs: 60_000, clock: { now: () => time.now } }) }
}

describe('the limit on tries', () => {
  it('lets five wrong tries through and makes the sixth wait', () => {
    const { limit, time } = setUp()
    for (let tries = 0; tries < 5; tries += 1) {
      expect(limit.waitFor('a')).toBe(0)
      limit.failed('a')
      time.now += 1_000
    }
    expect(limit.waitFor('a')).toBe(55_000)
  })

  it('lets one more through as each old one falls out of the minute', () => {
    const { limit, time } = setUp()
    for (let tries = 0; tries < 5; tries += 1) limit.failed('a')
    time.now += 60_000
    expect(limit.waitFor('a')).toBe(0)
  })

  it('starts again after a success, and never counts one person for another', () => {
    const { limit } = setUp()
    for (let tries = 0; tries < 5; tries += 1) limit.failed('a')
    expect(limit.waitFor('b')).toBe(0)
    limit.succeeded('a')
    expect(limit.waitFor('a')).toBe(0)
  })

  it('keeps a guesser waiting while names are made up to fill the memory', () => {
    const { limit } = setUp()
    for (let name = 0; name < 9_000; name += 1) limit.failed(`made-up ${name}`)
    for (let tries = 0; tries < 5; tries += 1) limit.failed('a')
    for (let name = 0; name < 9_000; name += 1) limit.failed(`other ${name}`)
    expect(limit.waitFor('a')).toBeGreaterThan(0)
  })
})
