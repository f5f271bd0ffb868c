import { describe, expect, it } from 'vitest'
import { createEfforts } from './effort.ts'

function efforts() {
  const clock = { at: 1_000_000, now: () => clock.at }
  return { clock, begin: createEfforts(clock) }
}

const triesOf = (effort: { tryAgain(): boolean }) => Array.from({ length: 10 }, () => effort.tryAgain()).filter(Boolean).length

describe('the effort for one answer', () => {
  it('has two more tries over all its pages', () => {
    expect(triesOf(efforts().begin(undefined))).toBe(2)
  })

  it('shares the tries of the process: twelve sections of an EHR that fails them all make eight more requests, not twenty-four', () => {
    const { begin } = efforts()
    expect(Array.from({ length: 12 }, () => triesOf(begin(undefined))).reduce((sum, tries) => sum + tries)).toBe(8)
  })

  it('gets tries back as time passes, never more than there were', () => {
    const { clock, begin } = efforts()
    for (let i = 0; i < 12; i += 1) triesOf(begin(undefined))
    clock.at += 1_500
    expect(triesOf(begin(undefined))).toBe(1)
    clock.at += 500
    expect(triesOf(begin(undefined))).toBe(1)
    clock.at += 3_600_000
    expect(Array.from({ length: 12 }, () => triesOf(begin(undefined))).reduce((sum, tries) => sum + tries)).toBe(8)
  })

  it('is not confused by a clock that is set back', () => {
    const { clock, begin } = efforts()
    triesOf(begin(undefined))
    clock.at -= 3_600_000
    expect(triesOf(begin(undefined))).toBe(2)
  })

  it('ends with time, whatever is still to be read', () => {
    const { clock, begin } = efforts()
    const effort = begin(undefined)
    expect(effort.left()).toBe(40_000)
    clock.at += 40_000
    expect(() => effort.left()).toThrow('timeout')
  })

  it('ends with size, over all pages', () => {
    const effort = efforts().begin(undefined)
    for (let i = 0; i < 3; i += 1) effort.read(16 * 1024 * 1024)
    expect(() => effort.read(1)).toThrow('too-large')
  })
})
