import { describe, expect, it } from 'vitest'
import { readOnce } from './read-once.ts'

describe('a reading that is shared', () => {
  it('is made once for an object, and anew for another one that looks the same', () => {
    let read = 0
    const length = readOnce((from: readonly string[]) => {
      read += 1
      return from.length
    })
    const list = ['a']
    expect([length(list), length(list), length(['a'])]).toEqual([1, 1, 1])
    expect(read).toBe(2)
  })

  it('may be nothing', () => {
    let read = 0
    const nothing = readOnce(() => {
      read += 1
    })
    const key = {}
    nothing(key)
    nothing(key)
    expect(read).toBe(1)
  })
})
