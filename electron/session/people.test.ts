import { describe, expect, it } from 'vitest'
import type { Desk } from '../auth/clerk/desk.ts'
import { createPeople, type PeopleParts } from './people.ts'
import type { TokenPort } from './ports.ts'
import { door, goesOn } from './workstation.testing.ts'

const nothing = () => undefined
const nobody = async () => undefined
const never = new AbortController().signal
// A port that nobody reads.
const port = {} as TokenPort

/** The desks that were opened, each with what its clerk has under way at a drop, until the test says that it is kept. */
function desks() {
  const asked: string[] = []
  const kept = door()
  const late = door()
  let opened = 0
  const desk = async () => {
    opened += 1
    const mine = opened
    await goesOn()
    const say = (what: string) => void asked.push(`${what} at ${mine}`)
    const self: Desk<TokenPort> = {
      signIn: () => Promise.reject(new Error('not asked here')),
      handOut: async () => say('token'),
      report: async () => (say('report'), { taken: 0 }),
      ask: async () => (say('question'), { stands: true, useless: [] }),
      dropAccessToken: () => say('drop'),
      dropped: () => (mine === 1 ? kept.passed : Promise.resolve()),
      signOut: async () => say('sign-out'),
      revoke: async () => (say('farewell'), true),
    }
    return self
  }
  const parts: Pick<PeopleParts, 'desk' | 'within'> = { desk, within: (work) => Promise.race([work.then(() => 'done' as const), late.passed.then(() => 'late' as const)]) }
  // What a person without a keychain needs, and no more.
  const people = createPeople({ ...parts, users: { leave: nobody } as unknown as PeopleParts['users'], vault: { pinState: async () => 'set' }, log: { event: nothing, foreign: nothing }, newCorrelation: () => '00000000' })
  return { people, asked, keep: kept.open, runOut: late.open }
}

describe('a policy that changes while a refresh token is being redeemed', () => {
  async function changed() {
    const work = desks()
    await work.people.handOutToken('abc', false, port)
    work.people.reopen()
    return work
  }

  it('has the next desk wait for its successor: nobody spends the same one twice', async () => {
    const { people, asked, keep } = await changed()
    const later = [people.handOutToken('abc', false, port), people.ask('abc', [], never), people.report('abc', [], () => true, never), people.signOut('abc')]
    await goesOn()
    expect(asked).toEqual(['token at 1', 'drop at 1'])
    keep()
    await Promise.all(later)
    // One desk for all of them.
    expect(asked.slice(2).toSorted()).toEqual(['question at 2', 'report at 2', 'sign-out at 2', 'token at 2'])
  })

  it('has a lock that replaces the process tree wait for it too', async () => {
    const { people, keep } = await changed()
    let isDropped = false
    const dropped = people.dropped().then(() => (isDropped = true))
    await goesOn()
    expect(isDropped).toBe(false)
    keep()
    await dropped
  })

  it('keeps nobody from their work for long where the EHR does not answer', async () => {
    const { people, asked, runOut } = await changed()
    const given = people.handOutToken('abc', false, port)
    await goesOn()
    runOut()
    await given
    expect(asked.at(-1)).toBe('token at 2')
  })
})
