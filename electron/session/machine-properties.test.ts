import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { absoluteDeadline } from './deadlines.ts'
import { next, type Session, type SessionEvent } from './machine.ts'
import { around, failure, physician, policy, signedOut, start } from './testing.ts'
import { viewOf } from './view.ts'

describe('the session, in any order of events and times @164.312(a)(2)(iii)', () => {
  const event: fc.Arbitrary<SessionEvent> = fc.oneof(
    ...(['sign-in-asked', 'sign-in-cancelled', 'unlocked', 'pin-set', 'input', 'tick', 'sign-out-asked', 'token-refused'] as const).map((type) => fc.constant({ type })),
    fc.constant({ type: 'sign-in-failed', failure } as const),
    fc.constant({ type: 'signed-in', who: physician } as const),
    fc.constant({ type: 'switch-asked', to: { ...physician, userKey: 'other' } } as const),
    fc.constant({ type: 'sign-in-asked', someoneElse: true } as const),
    fc.constant({ type: 'unlock-failed', failure, pin: 'set' } as const),
    ...(['lock-out-ordered', 'lock-out-lifted', 'sign-in-required', 'pin-reset'] as const).map((type) => fc.constantFrom('abc', 'xyz').map((userKey) => ({ type, userKey }) as const)),
    fc.constantFrom('wipe-ordered', 'wiped').map((type) => ({ type }) as const),
    fc.constantFrom('manual', 'idle', 'os-lock', 'suspend', 'order').map((reason) => ({ type: 'lock-asked', reason }) as const),
  )
  const walk = fc.array(fc.tuple(event, fc.integer({ min: 0, max: 2_000_000 })), { maxLength: 60 })

  it('is never open past a deadline, in any order of events and times', () => {
    fc.assert(
      fc.property(walk, (steps) => {
        let session: Session = signedOut
        let now = start
        for (const [event, elapsed] of steps) {
          now += elapsed
          const [to] = next(session, event, now, policy)
          if (to.state === 'active' || to.state === 'warning') {
            // A fresh sign-in proves the person again; the events here carry the first authTime, so look at those that stay.
            if (session.state === 'active' || session.state === 'warning') {
              expect(now).toBeLessThan(absoluteDeadline(to.who, policy))
              expect(now - to.lastInput).toBeLessThan(policy.lockAfterSeconds * 1_000)
            }
          }
          session = to
        }
      }),
      { numRuns: 500 },
    )
  })

  it('tells a window nothing but who, why and since when unless it is open', () => {
    fc.assert(
      fc.property(walk, (steps) => {
        let session: Session = signedOut
        let now = start
        for (const [event, elapsed] of steps) {
          now += elapsed
          session = next(session, event, now, policy)[0]
          const view = viewOf(session, around)
          if (session.state !== 'active' && session.state !== 'warning') expect(view.permissions).toEqual([])
        }
      }),
    )
  })

  it('ends what is open by the lock protocol whenever it leaves an open state', () => {
    fc.assert(
      fc.property(walk, (steps) => {
        let session: Session = signedOut
        let now = start
        for (const [event, elapsed] of steps) {
          now += elapsed
          const [to, todo] = next(session, event, now, policy)
          const wasOpen = session.state === 'active' || session.state === 'warning'
          const isOpen = to.state === 'active' || to.state === 'warning'
          if (wasOpen && !isOpen) expect(todo.map((effect) => effect.do)).toContain('lock')
          session = to
        }
      }),
    )
  })
})
