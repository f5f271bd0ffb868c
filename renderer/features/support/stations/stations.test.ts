import { describe, expect, it } from 'vitest'
import { sitesOf, type Station, unsentOf, wholeBook, withChanges } from './stations.ts'
import { station } from '../testing.ts'

const part = (workstations: Station[], revision: number) => ({ workstations, revision, total: workstations.length, sites: [] })

describe('the list of workstations', () => {
  it('goes on from the first of its parts: what changed while the others came is asked for again', () => {
    const book = wholeBook([part([station('a')], 7), part([station('b')], 9)])
    expect([book.revision, [...book.byId.keys()]]).toEqual([7, ['a', 'b']])
  })

  it('takes what changed, and a workstation that is new; what stood before stays as it was for who holds it', () => {
    const before = wholeBook([part([station('a'), station('b')], 2)])
    const book = withChanges(before, { workstations: [station('a', { state: 'locked' }), station('c')], revision: 4 })
    expect([book.byId.get('a')?.state, book.byId.get('b')?.state, book.byId.size, book.revision]).toEqual(['locked', 'active', 3, 4])
    expect(before.byId.get('a')?.state).toBe('active')
  })

  it('is not taken back by an answer that was overtaken', () => {
    const before = wholeBook([part([station('a', { state: 'locked' })], 9)])
    expect(withChanges(before, { workstations: [station('a')], revision: 4 })).toBe(before)
    expect(withChanges(before, { workstations: [], revision: 9 })).toBe(before)
  })

  it('counts the workstations of each site, and those that tell none for none', () => {
    expect(sitesOf(wholeBook([part([station('a', { site: 'Ward 10' }), station('b', { site: 'Ward 2' }), station('c', { site: 'Ward 10' }), station('d', { site: '' })], 1)]))).toEqual([{ site: 'Ward 2', count: 1 }, { site: 'Ward 10', count: 2 }])
  })
})

describe('unsent work', () => {
  it('is drafts and changes together', () => expect(unsentOf(station('a', { unsent: { drafts: 2, changes: 3 } }))).toBe(5))

  it('of a workstation that never reported is not known, and not none', () => expect(unsentOf(station('a', { state: 'unknown' }))).toBeUndefined())
})
