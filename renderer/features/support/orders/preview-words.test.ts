import { describe, expect, it } from 'vitest'
import { sessionOf, theirWork } from './preview-words.ts'

const person = (sub: string) => ({ sub, name: sub, role: 'nurse' })
const meant = new Set(['u1', 'u2'])

describe('a workstation in the preview of an order for people', () => {
  it('tells whether their session is on its screen, waits there, or is not there', () => {
    expect(sessionOf({ user: person('u1'), waitingSessions: [{ user: person('u2') }] }, meant)).toBe('On the screen')
    expect(sessionOf({ user: person('u9'), waitingSessions: [{ user: person('u8') }, { user: person('u2') }] }, meant)).toBe('Waits')
    expect(sessionOf({ user: person('u9'), waitingSessions: [{ user: person('u8') }] }, meant)).toBe('None')
  })

  it('that has not told who waits is not said to have none of them', () => expect(sessionOf({ user: person('u9') }, meant)).toBe('Not known'))

  it('tells of their work alone, and none only where it is known', () => {
    expect([{ drafts: 2, changes: 1 }, { drafts: 0, changes: 0 }].map((theirs) => theirWork({ theirs }))).toEqual(['3', 'None'])
    expect(theirWork({})).toBe('Not known')
  })
})
