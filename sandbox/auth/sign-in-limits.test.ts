import { describe, expect, it } from 'vitest'
import { type Attempt, signInLimits } from './sign-in-limits.ts'

function setUp() {
  const time = { now: 1_000_000 }
  return { time, limits: signInLimits({ now: () => time.now }) }
}
const fail = (attempt: Attempt, times: number) => {
  for (let tries = 0; tries < times; tries += 1) attempt.failed()
}

describe('the limits on guessing', () => {
  it('hold a password back after five wrong ones from one address, and let another address try', () => {
    const { limits } = setUp()
    fail(limits.password('10.0.0.1', 'ada'), 5)
    expect(limits.password('10.0.0.1', 'ada').waitFor()).toBe(60_000)
    expect(limits.password('10.0.0.2', 'ada').waitFor()).toBe(0)
  })

  it('hold an account back after twenty from anywhere: many addresses are one guesser', () => {
    const { limits } = setUp()
    for (let address = 0; address < 20; address += 1) fail(limits.password(`10.0.0.${address}`, 'ada'), 1)
    expect(limits.password('10.0.1.1', 'ada').waitFor()).toBe(600_000)
  })

  it('hold an address back after a hundred, whoever they were for', () => {
    const { limits } = setUp()
    for (let name = 0; name < 100; name += 1) fail(limits.password('10.0.0.1', `name ${name}`), 1)
    expect(limits.password('10.0.0.1', 'ada').waitFor()).toBe(60_000)
    expect(limits.code('10.0.0.1', 'sub-ada').waitFor()).toBe(60_000)
  })

  it('are not cleared for an address by one password that is right', () => {
    const { limits } = setUp()
    for (let name = 0; name < 99; name += 1) fail(limits.password('10.0.0.1', `name ${name}`), 1)
    const mine = limits.password('10.0.0.1', 'mallory')
    mine.failed()
    mine.succeeded()
    fail(limits.password('10.0.0.1', 'ada'), 1)
    expect(limits.password('10.0.0.1', 'ada').waitFor()).toBeGreaterThan(0)
  })

  it('hold a code back for a quarter of an hour after five wrong ones, from wherever', () => {
    const { limits } = setUp()
    for (let address = 0; address < 5; address += 1) fail(limits.code(`10.0.0.${address}`, 'sub-ada'), 1)
    expect(limits.code('10.0.1.1', 'sub-ada').waitFor()).toBe(900_000)
    expect(limits.code('10.0.1.1', 'sub-ben').waitFor()).toBe(0)
  })
})
