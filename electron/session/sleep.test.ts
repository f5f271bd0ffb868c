import { describe, expect, it } from 'vitest'
import { createLog } from '../diagnostics/log.ts'
import { createSleep } from './sleep.ts'

const settle = () => new Promise((resolve) => setImmediate(resolve))

/** A machine that something keeps awake, and the lock before it sleeps. */
function machine() {
  let isKept = false
  let locked = () => {}
  const locks: string[] = []
  const logged: string[] = []
  const sleep = createSleep({
    dispatch: ({ type }) => void locks.push(type),
    through: () => new Promise<void>((resolve) => (locked = resolve)),
    awake: () => undefined,
    within: (work) => work.then(() => 'done' as const),
    monotonic: () => 0,
    log: createLog((line) => void logged.push(line), { now: () => 0 }),
  })
  const met = () => sleep.keptBy({ take: () => void (isKept = true), release: async () => void (isKept = false) })
  met()
  return { sleep, met, isKept: () => isKept, locks, logged, locked: async () => {
    locked()
    await settle()
  } } // prettier-ignore
}

describe('a machine that is kept awake until the lock is through', () => {
  it('is kept for as long as that takes, however often it is told that it goes to sleep, and again once it wakes', async () => {
    const { sleep, isKept, locked, logged } = machine()
    sleep.begins()
    sleep.begins()
    await settle()
    expect(isKept()).toBe(true)
    await locked()
    expect([isKept(), logged.length]).toEqual([false, 1])
    sleep.ends()
    await settle()
    expect(isKept()).toBe(true)
  })

  it('is let go the next time too, where nobody told that it woke and the bus was met anew since', async () => {
    const { sleep, met, isKept, locked, logged } = machine()
    sleep.begins()
    await locked()
    met()
    expect(isKept()).toBe(true)
    sleep.begins()
    await settle()
    expect(isKept()).toBe(true)
    await locked()
    expect([isKept(), logged.length]).toEqual([false, 2])
  })
})
