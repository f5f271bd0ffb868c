import { describe, expect, it } from 'vitest'
import { byFrame } from './by-frame.ts'

/** A page whose frames and timers, and the end of what runs now, come when the test says so. */
function page() {
  const frames: (() => void)[] = []
  const next: (() => void)[] = []
  const timers: (() => void)[] = []
  const shown: string[] = []
  const state = { isExpecting: false }
  const schedule = byFrame({ soon: (act) => void next.push(act), nextFrame: (act) => void frames.push(act), later: (act) => void timers.push(act), isExpecting: () => state.isExpecting })
  return {
    state,
    shown,
    tell: (what: string) => schedule(() => shown.push(what)),
    end: () => {
      for (const act of next.splice(0)) act()
    },
    frame: () => {
      for (const act of frames.splice(0)) act()
    },
    timeOut: () => {
      for (const act of timers.splice(0)) act()
    },
  }
}

describe('What the queries tell the screen', () => {
  it('comes at once when nothing else is expected: no frame is waited for', () => {
    const { tell, end, shown } = page()
    tell('allergies')
    expect(shown).toEqual([])
    end()
    expect(shown).toEqual(['allergies'])
  })

  it('waits for the answers that are on their way, and comes together with the last of them, in order', () => {
    const { tell, end, frame, shown, state } = page()
    state.isExpecting = true
    tell('allergies')
    frame()
    expect(shown).toEqual([])
    state.isExpecting = false
    tell('problems')
    end()
    expect(shown).toEqual(['allergies', 'problems'])
    // The frame that was asked for before belongs to what is shown already.
    frame()
    expect(shown).toEqual(['allergies', 'problems'])
  })

  it('is told with the next frame where what was expected has gone without a word', () => {
    const { tell, frame, shown, state } = page()
    state.isExpecting = true
    tell('allergies')
    state.isExpecting = false
    frame()
    expect(shown).toEqual(['allergies'])
  })

  it('waits three frames at most for an answer that does not come', () => {
    const { tell, frame, shown, state } = page()
    state.isExpecting = true
    tell('allergies')
    frame()
    frame()
    expect(shown).toEqual([])
    frame()
    expect(shown).toEqual(['allergies'])
  })

  it('comes by time in a window that is covered and has no frames', () => {
    const { tell, frame, timeOut, shown, state } = page()
    state.isExpecting = true
    tell('allergies')
    timeOut()
    expect(shown).toEqual(['allergies'])
    frame()
    expect(shown).toEqual(['allergies'])
  })

  it('is told once, whichever comes first', () => {
    const { tell, end, frame, timeOut, shown, state } = page()
    state.isExpecting = true
    tell('allergies')
    state.isExpecting = false
    tell('problems')
    frame()
    end()
    timeOut()
    frame()
    expect(shown).toEqual(['allergies', 'problems'])
  })

  it('tells what is told while it tells, next time', () => {
    const { end, shown, tell } = page()
    tell('allergies')
    end()
    tell('problems')
    expect(shown).toEqual(['allergies'])
    end()
    expect(shown).toEqual(['allergies', 'problems'])
  })
})
