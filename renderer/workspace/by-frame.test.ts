import { describe, expect, it } from 'vitest'
import { byFrame } from './by-frame.ts'

/** A page whose frames and timers come when the test says so. */
function page() {
  const frames: (() => void)[] = []
  const timers: (() => void)[] = []
  const shown: string[] = []
  const state = { isExpecting: false }
  const schedule = byFrame({ nextFrame: (act) => void frames.push(act), later: (act) => void timers.push(act), isExpecting: () => state.isExpecting })
  return {
    state,
    shown,
    tell: (what: string) => schedule(() => shown.push(what)),
    frame: () => {
      for (const act of frames.splice(0)) act()
    },
    timeOut: () => {
      for (const act of timers.splice(0)) act()
    },
  }
}

describe('What the queries tell the screen', () => {
  it('comes with the next frame when nothing else is expected', () => {
    const { tell, frame, shown } = page()
    tell('allergies')
    expect(shown).toEqual([])
    frame()
    expect(shown).toEqual(['allergies'])
  })

  it('waits for the answers that are on their way, and comes together with them, in order', () => {
    const { tell, frame, shown, state } = page()
    state.isExpecting = true
    tell('allergies')
    frame()
    tell('problems')
    expect(shown).toEqual([])
    state.isExpecting = false
    frame()
    expect(shown).toEqual(['allergies', 'problems'])
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
    const { tell, frame, timeOut, shown } = page()
    tell('allergies')
    timeOut()
    expect(shown).toEqual(['allergies'])
    tell('problems')
    // The frame that was asked for before belongs to what is shown already.
    frame()
    expect(shown).toEqual(['allergies', 'problems'])
  })

  it('is told once, whichever comes first', () => {
    const { tell, frame, timeOut, shown } = page()
    tell('allergies')
    frame()
    timeOut()
    frame()
    expect(shown).toEqual(['allergies'])
  })

  it('tells what is told while it tells, next time', () => {
    const { frame, shown, tell } = page()
    tell('allergies')
    frame()
    tell('problems')
    expect(shown).toEqual(['allergies'])
    frame()
    expect(shown).toEqual(['allergies', 'problems'])
  })
})
