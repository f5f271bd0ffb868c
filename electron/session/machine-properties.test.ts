import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isOpen, next, type Session, type SessionEvent, type SignedIn, type Step, whoIsAt } from './machine.ts'
import type { SessionPolicy } from './states.ts'
import { countTime } from './steady-time.ts'
import { around, failure, physician, signedOut, start } from './testing.ts'
import { viewOf } from './view.ts'

const second = 1_000
const day = 86_400_000

const other: SignedIn = { ...physician, userKey: 'other' }
const userKeys = ['abc', 'other'] as const

const plain = (['sign-in-asked', 'sign-in-cancelled', 'unlocked', 'pin-set', 'keeping-declined', 'input', 'tick', 'sign-out-asked', 'token-refused', 'wipe-ordered', 'wiped'] as const).map((type) => fc.constant({ type }))
const happening: fc.Arbitrary<SessionEvent> = fc.oneof(
  ...plain,
  fc.constant({ type: 'sign-in-failed', failure } as const),
  fc.constantFrom(physician, other, { ...physician, pin: 'unset' as const }).map((who) => ({ type: 'signed-in', who }) as const),
  fc.constantFrom(physician, other).map((to) => ({ type: 'switch-asked', to }) as const),
  fc.constant({ type: 'sign-in-asked', someoneElse: true } as const),
  fc.constantFrom('set', 'out', 'void').map((pin) => ({ type: 'unlock-failed', failure, pin }) as const),
  fc.constantFrom('set', 'void').map((pin) => ({ type: 'help-settled', pin }) as const),
  fc.constantFrom('set', 'unset').map((pin) => ({ type: 'pin-known', pin }) as const),
  ...(['lock-out-ordered', 'lock-out-lifted', 'sign-in-required', 'pin-reset'] as const).map((type) => fc.constantFrom(...userKeys, 'xyz').map((userKey) => ({ type, userKey }) as const)),
  fc.oneof(fc.integer({ min: 0, max: 4_000 }), fc.constantFrom(-1, Number.NaN, Number.POSITIVE_INFINITY)).map((seconds) => ({ type: 'os-idle', seconds }) as const),
  fc.constantFrom('manual', 'os-lock', 'suspend', 'order', 'alert', 'policy').map((reason) => ({ type: 'lock-asked', reason }) as const),
)

/** What may happen around a session: it is used, somebody comes in, time passes, the EHR answers, somebody sets the clock, IT changes the policy. */
type Deed =
  | { readonly is: 'event'; readonly event: SessionEvent }
  | { readonly is: 'come'; readonly who: SignedIn }
  | { readonly is: 'time'; readonly ms: number }
  | { readonly is: 'heard' }
  | { readonly is: 'clock'; readonly by: number }
  | { readonly is: 'policy'; readonly to: SessionPolicy }

const policies: readonly SessionPolicy[] = [
  { warnAfterSeconds: 480, lockAfterSeconds: 600, absoluteSeconds: 43_200, offlineSeconds: 28_800, whenTaken: 'stays-locked' },
  { warnAfterSeconds: 10, lockAfterSeconds: 15, absoluteSeconds: 60, offlineSeconds: 60, whenTaken: 'signs-out' },
  { warnAfterSeconds: 3_000, lockAfterSeconds: 3_600, absoluteSeconds: 86_400, offlineSeconds: 3_600, whenTaken: 'stays-locked' },
]

const walks = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: happening.map((event): Deed => ({ is: 'event', event })) },
    { weight: 6, arbitrary: fc.constantFrom('input', 'tick', 'unlocked').map((type): Deed => ({ is: 'event', event: { type } })) },
    { weight: 2, arbitrary: fc.constantFrom(physician, other, { ...physician, pin: 'unset' as const }).map((who): Deed => ({ is: 'come', who })) },
    { weight: 6, arbitrary: fc.oneof(fc.integer({ min: 0, max: 20 * second }), fc.integer({ min: 0, max: 900 * second }), fc.integer({ min: 0, max: 20_000 * second })).map((ms): Deed => ({ is: 'time', ms })) },
    { weight: 1, arbitrary: fc.constant<Deed>({ is: 'heard' }) },
    { weight: 1, arbitrary: fc.oneof(fc.constantFrom(day, -day), fc.integer({ min: -20 * second, max: 20 * second })).map((by): Deed => ({ is: 'clock', by })) },
    { weight: 1, arbitrary: fc.constantFrom(...policies).map((to): Deed => ({ is: 'policy', to })) },
  ),
  { maxLength: 60 },
)

interface Walked {
  readonly from: Session
  readonly step: Step
  readonly event: SessionEvent
  readonly policy: SessionPolicy
  /** By a clock that nobody sets: since the last input, since the sign-in of who is there, since the EHR was last heard. */
  readonly idle: number
  readonly age: (userKey: string) => number
  readonly unheard: number
}

/** Walks, and has each step of the session looked at. The true time is known here alone. */
function walk(steps: readonly Deed[], look: (walked: Walked) => void): Session {
  let [real, offset, heardAt, inputAt] = [0, 0, 0, 0]
  let [policy] = policies
  const signedIn = new Map<string, number>()
  const steady = countTime(() => ({ wall: start + real + offset, monotonic: real, uptime: real }))
  const steadyAt = { heard: 0, signedIn: new Map<string, number>() }
  let session: Session = signedOut
  const take = (event: SessionEvent) => {
    if (policy === undefined) throw new Error('there is a policy')
    const now = start + real + offset
    const given: SessionEvent = event.type === 'signed-in' ? { ...event, who: { ...event.who, authTime: now } } : event
    if (given.type === 'signed-in') {
      signedIn.set(given.who.userKey, real)
      steadyAt.signedIn.set(given.who.userKey, steady())
      ;[heardAt, steadyAt.heard] = [real, steady()]
    }
    const ages = (userKey: string) => ({ unheard: steady() - steadyAt.heard, sinceSignIn: steady() - (steadyAt.signedIn.get(userKey) ?? Number.NEGATIVE_INFINITY) })
    const from = session
    const step = next(from, given, { now, steady: steady(), ages }, policy)
    session = step[0]
    if (isOpen(session) && (!isOpen(from) || given.type === 'input')) inputAt = real
    look({ from, step, event: given, policy, idle: real - inputAt, age: (userKey) => real - (signedIn.get(userKey) ?? Number.NEGATIVE_INFINITY), unheard: real - heardAt })
  }
  const come = (who: SignedIn) => {
    take({ type: 'sign-in-asked' })
    take({ type: 'signed-in', who })
    if (who.pin === 'set') take({ type: 'unlocked' })
  }
  come(physician)
  for (const step of steps) {
    if (step.is === 'come') come(step.who)
    else if (step.is === 'event') take(step.event)
    else if (step.is === 'time') real += step.ms
    else if (step.is === 'clock') offset += step.by
    else if (step.is === 'policy') policy = step.to
    else [heardAt, steadyAt.heard] = [real, steady()]
  }
  return session
}

describe('the session, whatever happens, and whatever its clock and its policy do meanwhile @164.312(a)(2)(iii)', () => {
  it('is never open past a deadline: without input, in this window or at all, since the sign-in, or without the EHR', () => {
    let open = 0
    fc.assert(
      fc.property(walks, (steps) => {
        walk(steps, ({ step: [to], event, policy, idle, age, unheard }) => {
          if (!isOpen(to)) return
          open += 1
          if (event.type === 'os-idle' && event.seconds >= 0) expect(event.seconds).toBeLessThan(policy.lockAfterSeconds)
          expect(idle).toBeLessThan(policy.lockAfterSeconds * second)
          expect(unheard).toBeLessThan(policy.offlineSeconds * second)
          expect(age(to.who.userKey)).toBeLessThan(policy.absoluteSeconds * second)
        })
      }),
      { numRuns: 1_500 },
    )
    // It was open often enough for this to mean something.
    expect(open).toBeGreaterThan(1_000)
  })

  it('goes the same way where the operating system says at each moment that somebody has just typed', () => {
    const wayOf = (steps: readonly Deed[]) => {
      const way: (readonly [boolean, number])[] = []
      walk(steps, ({ step: [to], event }) => void (event.type === 'os-idle' || way.push([isOpen(to), to.epoch])))
      return way
    }
    const isOsIdle = (deed: Deed) => deed.is === 'event' && deed.event.type === 'os-idle'
    fc.assert(
      fc.property(walks, (steps) => {
        const without = steps.filter((deed) => !isOsIdle(deed))
        const says: Deed = { is: 'event', event: { type: 'os-idle', seconds: 0 } }
        // Where a deadline has passed it is found by this event as by any other, so each is looked at right after the one before it.
        expect(wayOf(without.flatMap((deed): Deed[] => (deed.is === 'event' ? [deed, says] : [deed])))).toEqual(wayOf(without))
      }),
      { numRuns: 500 },
    )
  })

  it('tells a window of what it may show only while it is open, and never whose it is while it is nobody’s', () => {
    fc.assert(
      fc.property(walks, (steps) => {
        walk(steps, ({ step: [to] }) => {
          const view = viewOf(to, { ...around, offlineAt: start })
          if (isOpen(to)) return
          expect(view.permissions).toEqual([])
          expect([view.locksAt, view.offlineAt]).toEqual([undefined, undefined])
          if (to.state !== 'locked' && !(to.state === 'signingIn' && to.back)) expect(view.user).toBeUndefined()
        })
      }),
    )
  })

  it('ends what was open by the lock protocol, in an epoch of its own, before anybody is told', () => {
    fc.assert(
      fc.property(walks, (steps) => {
        walk(steps, ({ from, step: [to, todo] }) => {
          if (isOpen(from) && !isOpen(to)) {
            expect(todo[0]).toEqual({ do: 'lock' })
            expect(to.epoch).toBe(from.epoch + 1)
          }
          expect(to.epoch).toBeGreaterThanOrEqual(from.epoch)
          // Another person's session is another epoch.
          if ('who' in from && 'who' in to && from.who.userKey !== to.who.userKey) expect(to.epoch).toBeGreaterThan(from.epoch)
        })
      }),
    )
  })

  it('opens by a PIN where one is set and no full sign-in is asked for, and by a full sign-in, and by nothing else', () => {
    fc.assert(
      fc.property(walks, (steps) => {
        walk(steps, ({ from, step: [to], event }) => {
          if (isOpen(from) || !isOpen(to)) return
          if (event.type === 'unlocked') expect(from).toMatchObject({ state: 'locked', needsSignIn: false, who: { pin: 'set' } })
          else expect([event.type, from.state]).toEqual(['signed-in', 'signingIn'])
        })
      }),
    )
  })

  it('offers nobody’s session to whoever is before an open one, and never that of the one who is there, or locked out', () => {
    let offered = 0
    const shutOut = userKeys.map((userKey): Deed => ({ is: 'event', event: { type: 'lock-out-ordered', userKey } }))
    const chosen = fc.constantFrom(physician, other).map((to): Deed => ({ is: 'event', event: { type: 'switch-asked', to } }))
    fc.assert(
      fc.property(walks, chosen, (steps, choice) => {
        walk([...steps, ...shutOut, choice], ({ from, step: [to, todo], event }) => {
          const others = viewOf(to, { ...around, waiting: [physician, other] }).others ?? []
          if (others.length > 0) expect(['locked', 'lockedOut', 'signedOut']).toContain(to.state)
          const here = whoIsAt(to)
          expect(others.map(({ userKey }) => userKey)).not.toContain(here)
          if (from.state !== 'lockedOut' || event.type !== 'switch-asked') return
          offered += 1
          // Each behind their own lock; the one who is locked out nowhere.
          expect(to).toMatchObject(event.to.userKey === from.userKey ? from : { state: 'locked', epoch: from.epoch + 1, who: { userKey: event.to.userKey } })
          expect(todo.map((effect) => effect.do)).toEqual(event.to.userKey === from.userKey ? [] : ['prepare-vault'])
        })
      }),
      { numRuns: 500 },
    )
    expect(offered).toBeGreaterThan(100)
  })

  it('is left by some event, whatever state it has come to: nobody is stuck before it', () => {
    const ways: readonly SessionEvent[] = [{ type: 'sign-in-asked' }, { type: 'sign-in-cancelled' }, { type: 'sign-out-asked' }, { type: 'wiped' }]
    const at = { now: start, steady: 0, ages: () => ({ unheard: 0, sinceSignIn: 0 }) }
    fc.assert(
      fc.property(walks, (steps) => {
        const session = walk(steps, () => undefined)
        const left = ways.map((event) => next(session, event, at, policies[0] ?? unreachable())[0].state)
        expect(left.some((state) => state !== session.state)).toBe(true)
      }),
    )
  })
})

function unreachable(): never {
  throw new Error('there is a policy')
}
