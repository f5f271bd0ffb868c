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

describe('what is written of a draft', () => {
  const address = { purpose: 'draft', patient: 'ann', what: 'note' } as const

  it.each([
    ['a later Chartkeep', { format: 2, value: { words: 'text' } }, 'vault-newer'],
    ['none of ours', { format: 0, value: draft('text') }, 'vault-corrupt'],
    ['nobody', { text: 'text', caret: 0, typedAt: 1 }, 'vault-corrupt'],
  ])('by %s is refused by its name, and stays as it is', (_who, stored, kind) => {
    const rows = memoryRows()
    rows.put(address, Buffer.from(JSON.stringify(stored)), 1)
    expect(() => createDrafts(rows, () => true).read('ann')).toThrow(expect.objectContaining({ kind }))
    expect(rows.get(address)?.plain.toString()).toBe(JSON.stringify(stored))
  })
})
