import { describe, expect, it } from 'vitest'
import { stepTo } from './step-to.ts'

describe('somebody who moves in a list by keys', () => {
  it('goes on line by line, and no further than the ends', () => {
    expect(stepTo('ArrowDown', 3, 10)).toBe(4)
    expect(stepTo('ArrowDown', 9, 10)).toBe(9)
    expect(stepTo('ArrowUp', 3, 10)).toBe(2)
    expect(stepTo('ArrowUp', 0, 10)).toBe(0)
    expect(stepTo('Home', 7, 10)).toBe(0)
    expect(stepTo('End', 2, 10)).toBe(9)
  })

  it('goes a page at a time, and no further than the ends', () => {
    expect(stepTo('PageDown', 3, 100)).toBe(15)
    expect(stepTo('PageDown', 95, 100)).toBe(99)
    expect(stepTo('PageUp', 15, 100)).toBe(3)
    expect(stepTo('PageUp', 5, 100)).toBe(0)
  })

  it('begins at the top where no line is pointed out yet', () => {
    expect(stepTo('ArrowDown', -1, 10)).toBe(0)
    expect(stepTo('ArrowUp', -1, 10)).toBe(0)
  })

  it('is left every other key', () => {
    for (const key of ['Tab', 'Enter', 'a', 'ArrowLeft', 'Escape']) expect(stepTo(key, 3, 10)).toBeUndefined()
  })
})
