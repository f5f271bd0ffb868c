import { describe, expect, it } from 'vitest'
import { policyWords, waitingSentence, waitingWords, workWords } from './station-words.ts'

const user = { sub: 'u', name: 'U', role: 'nurse' }
const here = { now: Date.UTC(2026, 10, 28, 20, 0), zone: 'UTC' }

describe('unsent work', () => {
  it('is told by its kinds, of which none is named that there is none of', () => {
    expect([{ drafts: 1, changes: 0 }, { drafts: 2, changes: 1 }, { drafts: 0, changes: 3 }, { drafts: 0, changes: 0 }].map(workWords)).toEqual(['1 note in writing', '2 notes in writing, 1 change not sent', '3 changes not sent', 'None'])
  })
})

describe('the policy of a workstation', () => {
  it('is told by the beginning of its digest, and whole where it is called by a name', () => {
    expect(['9f0c2e5177b04a1e', '2026.11.3', 'abcdef', ''].map((policyVersion) => policyWords({ policyVersion }))).toEqual(['9f0c2e5', '2026.11.3', 'abcdef', 'Not told'])
  })
})

describe('the sessions that wait at a workstation', () => {
  it('are counted beside the user, and not where none waits or nobody has told', () => {
    expect([waitingWords({ waitingSessions: [{ user }, { user }] }), waitingWords({ waitingSessions: [] }), waitingWords({})]).toEqual(['2 waiting', '', ''])
  })

  it('are told with since when and what is unsent; what is not known is never said to be none', () => {
    expect(waitingSentence({ user, since: Date.UTC(2026, 10, 28, 9, 5), unsent: { drafts: 0, changes: 0 } }, here)).toBe('since 09:05; nothing unsent')
    expect(waitingSentence({ user }, here)).toBe('not known since when; not known what is unsent')
  })
})
