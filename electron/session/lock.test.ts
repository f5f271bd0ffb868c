import { describe, expect, it } from 'vitest'
import { type EndingPage, flushDeadline, type LockParts, runLock } from './lock.ts'

function recorded(overrides: Partial<LockParts<EndingPage>> = {}) {
  const steps: string[] = []
  let now = 0
  const step = (name: string) => async () => void steps.push(name)
  const parts: LockParts<EndingPage> = {
    swap: () => {
      steps.push('swap')
      now += 4
      return { end: step('page ended') }
    },
    flushPage: step('page flushed'),
    flushRecords: step('records flushed'),
    forgetClipboard: step('clipboard'),
    dropAccessToken: () => void steps.push('token dropped'),
    endRecords: step('records ended'),
    within: (work, milliseconds) => {
      steps.push(`deadline ${milliseconds}`)
      return Promise.race([work.then(() => 'done' as const), new Promise<'late'>((resolve) => setTimeout(resolve, 20, 'late'))])
    },
    now: () => now,
    ...overrides,
  }
  return { parts, steps }
}

describe('the lock protocol @164.312(a)(2)(iii)', () => {
  it('swaps before anything else, flushes before it kills, and kills both processes', async () => {
    const { parts, steps } = recorded()
    const times = await runLock(parts)
    expect(steps).toEqual(['swap', 'page flushed', `deadline ${flushDeadline - 4}`, 'records flushed', 'token dropped', 'page ended', 'records ended', 'clipboard'])
    expect(times).toMatchObject({ swapped: 4, allSaved: true })
  })

  it('kills at the deadline when the page does not answer', async () => {
    const { parts, steps } = recorded({ flushPage: () => new Promise(() => undefined) })
    const times = await runLock(parts)
    expect(times.allSaved).toBe(false)
    expect(steps).toContain('page ended')
    expect(steps).toContain('records ended')
  })

  it('still commits and kills when the page fails to flush or the clipboard is busy', async () => {
    const fail = () => Promise.reject(new Error('gone'))
    const { parts, steps } = recorded({ flushPage: fail, forgetClipboard: fail })
    await runLock(parts)
    expect(steps).toContain('records flushed')
    expect(steps).toContain('records ended')
  })
})
