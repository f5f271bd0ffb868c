import { describe, expect, it } from 'vitest'
import { memoryRows } from '../cache/rows.ts'
import { createDrafts } from './drafts.ts'

const draft = (text: string) => ({ text, caret: 0, typedAt: 1 })

describe('a draft', () => {
  it('that was overtaken on its way does not undo a later one', () => {
    const drafts = createDrafts(memoryRows(), () => true)
    drafts.save('ann', draft('second'), 2)
    drafts.save('ann', draft('first'), 1)
    expect(drafts.read('ann')?.text).toBe('second')
  })

  it('that was discarded stays so, whatever of it is still on its way', () => {
    const drafts = createDrafts(memoryRows(), () => true)
    drafts.save('ann', draft('text'), 1)
    drafts.save('ann', draft(''), 3)
    drafts.save('ann', draft('text'), 2)
    expect(drafts.read('ann')).toBeUndefined()
  })

  it('is one patient’s alone', () => {
    const drafts = createDrafts(memoryRows(), () => true)
    drafts.save('ann', draft('of Ann'), 5)
    drafts.save('bob', draft('of Bob'), 1)
    expect([drafts.read('ann')?.text, drafts.read('bob')?.text]).toEqual(['of Ann', 'of Bob'])
  })
})
