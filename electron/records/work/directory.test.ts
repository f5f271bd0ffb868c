import { describe, expect, it } from 'vitest'
import { memoryRows, type Rows } from '../cache/rows.ts'
import { createWorkDirectory } from './directory.ts'
import { createDrafts } from './drafts.ts'
import { unsentOf } from './unsent.ts'

const clock = { now: () => 1 }
const draft = (text: string) => ({ text, caret: 0, typedAt: 1 })
const file = '6f1c0c0e-8a51-4a6b-9d3a-0f4b7c1d2e3f'

function workOf(rows: Rows = memoryRows()) {
  let changes = 0
  const directory = createWorkDirectory(rows, clock, () => void (changes += 1))
  return { rows, directory, drafts: createDrafts(directory.rows, () => true), count: () => unsentOf(directory.entries()), changes: () => changes }
}

describe('the count of what is not at the EHR', () => {
  it('goes up with the first letter of a note and down when it is discarded, and with nothing between', () => {
    const work = workOf()
    work.drafts.save('ann', draft('a'), 1)
    work.drafts.save('ann', draft('ab'), 2)
    work.drafts.save('bob', draft('b'), 3)
    expect([work.count(), work.changes()]).toEqual([{ drafts: 2, changes: 0 }, 2])
    work.drafts.save('ann', draft(''), 4)
    expect(work.count()).toEqual({ drafts: 1, changes: 0 })
  })

  it('counts a note and its files once, and a file that is on its way as a change', () => {
    const { directory, count } = workOf()
    directory.rows.put({ purpose: 'draft', patient: 'ann', what: 'note' }, Buffer.from('n'), 1)
    directory.rows.put({ purpose: 'draft', patient: 'ann', what: `attachment/${file}` }, Buffer.from('a'), 1)
    directory.rows.put({ purpose: 'draft', patient: 'ann', what: `file/${file}/0` }, Buffer.from('p'), 1)
    expect(count()).toEqual({ drafts: 1, changes: 0 })
    directory.rows.remove({ purpose: 'draft', patient: 'ann', what: 'note' })
    expect(count()).toEqual({ drafts: 1, changes: 0 })
    directory.rows.put({ purpose: 'outbox', patient: 'ann', what: file }, Buffer.from('o'), 1)
    expect(count()).toEqual({ drafts: 0, changes: 1 })
  })

  it('is not kept of what the disk did not take', () => {
    const full = memoryRows()
    const { drafts, count } = workOf({
      ...full,
      write() {
        throw new Error('full')
      },
    })
    expect(() => drafts.save('ann', draft('a'), 1)).toThrow('full')
    expect(count()).toEqual({ drafts: 0, changes: 0 })
  })

  it('learns of work that was there before it, and forgets what is not there any more, when it is read', () => {
    const { rows, drafts, count } = workOf()
    rows.put({ purpose: 'draft', patient: 'ann', what: 'note' }, Buffer.from(JSON.stringify({ format: 1, value: draft('old') })), 1)
    drafts.read('ann')
    expect(count()).toEqual({ drafts: 1, changes: 0 })
    rows.remove({ purpose: 'draft', patient: 'ann', what: 'note' })
    drafts.read('ann')
    expect(count()).toEqual({ drafts: 0, changes: 0 })
  })
})
