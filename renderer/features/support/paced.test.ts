import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { paced } from './paced.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('a list that follows a hospital', () => {
  it('is read 12 times in a minute, where something changes each second', () => {
    const work = vi.fn<() => void>()
    const { ask } = paced(work, 5_000)
    for (let second = 0; second < 60; second += 1) {
      vi.advanceTimersByTime(1_000)
      ask()
    }
    expect(work).toHaveBeenCalledTimes(12)
  })

  it('is read at once after a quiet time, and once more for what changed right after that', () => {
    const work = vi.fn<() => void>()
    const { ask } = paced(work, 5_000)
    vi.advanceTimersByTime(60_000)
    expect(work).not.toHaveBeenCalled()
    ask()
    expect(work).toHaveBeenCalledTimes(1)
    ask()
    ask()
    vi.advanceTimersByTime(4_999)
    expect(work).toHaveBeenCalledTimes(1)
    vi.advanceTimersByTime(1)
    expect(work).toHaveBeenCalledTimes(2)
    vi.advanceTimersByTime(60_000)
    expect(work).toHaveBeenCalledTimes(2)
  })

  it('is not read right after it came, nor when nobody looks any more', () => {
    const work = vi.fn<() => void>()
    const { ask, stop } = paced(work, 5_000)
    ask()
    expect(work).not.toHaveBeenCalled()
    stop()
    vi.advanceTimersByTime(60_000)
    expect(work).not.toHaveBeenCalled()
  })
})
