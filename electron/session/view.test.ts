import { describe, expect, it } from 'vitest'
import type { Session } from './machine.ts'
import { active, around, physician, signedOut, start } from './testing.ts'
import { viewOf } from './view.ts'

const every: readonly Session[] = [
  signedOut,
  { state: 'signingIn', epoch: 1 },
  active,
  { ...active, state: 'warning', locksAt: start, locksFor: 'idle' },
  { state: 'locked', epoch: 2, who: physician, reason: 'idle', since: start, needsSignIn: false },
  { state: 'lockedOut', epoch: 2, userKey: 'abc' },
  { state: 'wiping', epoch: 2, who: physician },
]

describe('a workstation that the support desk does not reach', () => {
  it.each(every.map((session) => [session.state, session] as const))('says since when, %s or not, also where policy tells nothing of people', (_state, session) => {
    expect(viewOf(session, { ...around, tells: 'nothing', unheardSince: start }).unheardSince).toBe(start)
    expect(viewOf(session, around)).not.toHaveProperty('unheardSince')
  })
})
