import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LockReason } from '../../shared/contract/index.ts'
import { changeEvent } from './change-event.ts'
import { next, type Session, type SessionEvent, type SignedIn } from './machine.ts'

const policy = { warnAfterSeconds: 480, lockAfterSeconds: 600, absoluteSeconds: 43_200, offlineSeconds: 28_800, whenTaken: 'stays-locked' } as const
const start = Date.UTC(2026, 0, 5, 7)
const failure = { kind: 'offline', correlation: '0badcafe' } as const
const who: SignedIn = { userKey: 'abc', user: { displayName: 'Amara Osei', role: 'physician' }, permissions: ['chart:read'], authTime: start, pin: 'set' }

const events = fc.oneof(
  ...(['sign-in-asked', 'sign-in-cancelled', 'unlocked', 'pin-set', 'input', 'tick', 'sign-out-asked', 'token-refused'] as const).map((type) => fc.constant<SessionEvent>({ type })),
  fc.constant<SessionEvent>({ type: 'sign-in-failed', failure }),
  fc.constant<SessionEvent>({ type: 'signed-in', who }),
  fc.constant<SessionEvent>({ type: 'unlock-failed', failure, pin: 'void' }),
  fc.constantFrom(...LockReason.options).map<SessionEvent>((reason) => ({ type: 'lock-asked', reason })),
)

describe('the audit of a session @164.312(b)', () => {
  it('has an entry for each step into another state or epoch, and for what the EHR ends behind a lock, whatever happens in whatever order, and none of it names a person', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(events, fc.integer({ min: 0, max: 4_000 })), { maxLength: 40 }), (happenings) => {
        let session: Session = { state: 'signedOut', epoch: 1 }
        let now = start
        for (const [event, seconds] of happenings) {
          now += seconds * 1_000
          const [to] = next(session, event, { now, steady: now, ages: () => ({ unheard: 0, sinceSignIn: 0 }) }, policy)
          const told = changeEvent(to, session, event)
          const isEnded = to.state === 'locked' && to.reason === 'token-refused' && session.state === 'locked' && session.reason !== 'token-refused'
          expect(told?.event).toBe(to.state === session.state && to.epoch === session.epoch && !isEnded ? undefined : `session.${to.state}`)
          if (told && to.state === 'locked') expect(told.facts?.reason).toBe(to.reason)
          if (told && event.type === 'sign-in-failed') expect(told).toMatchObject({ outcome: 'failed', failure: 'offline', correlation: '0badcafe' })
          expect(JSON.stringify(told ?? {})).not.toContain('Osei')
          session = to
        }
      }),
      // What is answered where a refused token met an unlock: locked anew, in a new epoch.
      { examples: [[[[{ type: 'sign-in-asked' }, 0], [{ type: 'signed-in', who }, 0], [{ type: 'token-refused' }, 0], [{ type: 'unlocked' }, 0]]]] },
    )
  })
})
