import { describe, expect, it } from 'vitest'
import { mostNamed, peopleHere, type PeopleHereFacts } from './people-here.ts'

const nothing: PeopleHereFacts = { atScreen: undefined, waiting: [], kept: [], subjectOf: (userKey) => `sub-${userKey}`, leftAt: () => undefined, unsentOf: () => ({ drafts: 0, changes: 0 }) }
const none = { drafts: 0, changes: 0 }

describe('who a workstation says is there', () => {
  it('are those who wait, since they left, with each one’s own work; whoever is on the screen does not wait', () => {
    const work = new Map([['amara', { drafts: 2, changes: 1 }], ['nils', { drafts: 0, changes: 3 }]])
    const here = peopleHere({ ...nothing, atScreen: 'nils', waiting: ['nils', 'amara', 'bo'], kept: ['amara', 'nils', 'bo'], leftAt: (userKey) => (userKey === 'bo' ? undefined : 1_767_225_600_000), unsentOf: (userKey) => work.get(userKey) ?? none })
    expect(here).toEqual({
      named: [
        { user: 'sub-amara', waits: true, since: '2026-01-01T00:00:00.000Z', unsent: { drafts: 2, changes: 1 } },
        { user: 'sub-bo', waits: true, unsent: none },
        { user: 'sub-nils', waits: false, unsent: { drafts: 0, changes: 3 } },
      ],
      others: 0,
    })
  })

  it('are also those who have signed out and whose work lies there; of whom nobody knows how much, it is not said to be none', () => {
    const here = peopleHere({ ...nothing, kept: ['amara', 'bo'], unsentOf: (userKey) => (userKey === 'bo' ? undefined : none) })
    expect(here.named).toEqual([{ user: 'sub-bo', waits: false }, { user: 'sub-amara', waits: false, unsent: none }])
  })

  it('have nothing there where no vault of theirs is', () => {
    expect(peopleHere({ ...nothing, waiting: ['amara'], unsentOf: () => undefined }).named).toEqual([{ user: 'sub-amara', waits: true, unsent: none }])
  })

  it('are counted where nobody knows their name, and where there are too many; who waits is named first', () => {
    const kept = Array.from({ length: 150 }, (_, index) => `user-${index}`)
    const here = peopleHere({ ...nothing, waiting: ['user-149'], kept, subjectOf: (userKey) => (userKey === 'user-3' ? undefined : userKey) })
    expect([here.named.length, here.others, here.named[0]?.user]).toEqual([mostNamed, 50, 'user-149'])
  })
})
