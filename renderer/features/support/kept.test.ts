import { describe, expect, it } from 'vitest'
import { type Kept, keptAfter, nothingKept } from './kept.ts'

interface Line {
  readonly id: string
  readonly state: string
}
const open: Line = { id: 'a', state: 'open' }
const taken: Line = { id: 'a', state: 'taken' }
const other: Line = { id: 'b', state: 'open' }
const chosen: Kept<Line> = keptAfter(nothingKept, [open, other], 'a')

describe('what somebody looks at beside a list', () => {
  it('is the chosen line, as the list tells it anew', () => {
    expect(chosen.seen).toBe(open)
    expect(keptAfter(chosen, [taken, other], 'a').seen).toBe(taken)
    expect(keptAfter(chosen, [open, other], 'b').seen).toBe(other)
    expect(keptAfter(chosen, [open, other], undefined).seen).toBeUndefined()
  })

  it('stays when the list has it no more, is being loaded, or is empty', () => {
    for (const lines of [[other], undefined, []]) expect(keptAfter(chosen, lines, 'a')).toEqual({ listed: undefined, seen: open })
  })

  it('is what an action answered with, until the list tells it anew', () => {
    const learned = { ...chosen, seen: taken }
    expect(keptAfter(learned, [open, other], 'a')).toBe(learned)
    expect(keptAfter(learned, [other], 'a').seen).toBe(taken)
    const closed = { id: 'a', state: 'closed' }
    expect(keptAfter(learned, [closed], 'a').seen).toBe(closed)
  })

  it('is never what was chosen before', () => {
    expect(keptAfter(keptAfter(chosen, [other], 'a'), [other], 'b').seen).toBe(other)
    expect(keptAfter(chosen, undefined, 'b').seen).toBeUndefined()
  })

  it('comes to rest: the same again changes nothing', () => {
    for (const lines of [[open], [other], undefined]) {
      const after = keptAfter(chosen, lines, 'a')
      expect(keptAfter(after, lines, 'a')).toBe(after)
    }
  })
})
