import { describe, expect, it } from 'vitest'
import { ceilings } from '../../shared/policy.ts'
import { passedLimit } from './deadlines.ts'
import { initialSession, isOpen, next, type Session, type SignedIn } from './machine.ts'
import { active, after, around, at, effects, failure, physician, policy, seconds, signedOut, start } from './testing.ts'
import { viewOf } from './view.ts'

describe('the session @164.312(a)(2)(iii)', () => {
  it('warns eight minutes after the last key press and says when it will lock', () => {
    expect(after(active, { type: 'tick' }, seconds(479)).state).toBe('active')
    expect(after(active, { type: 'tick' }, seconds(480))).toMatchObject({ state: 'warning', locksAt: seconds(600) })
  })

  it('locks ten minutes after the last key press', () => {
    const warned = after(active, { type: 'tick' }, seconds(590))
    expect(after(warned, { type: 'tick' }, seconds(600))).toMatchObject({ state: 'locked', reason: 'idle' })
    expect(effects(warned, { type: 'tick' }, seconds(600))).toContain('lock')
  })

  it('is extended by one key while it warns', () => {
    const warned = after(active, { type: 'tick' }, seconds(590))
    expect(after(warned, { type: 'input' }, seconds(595))).toMatchObject({ state: 'active', lastInput: seconds(595) })
  })

  it('is not extended by a key that comes after the deadline, as on a laptop that slept through it', () => {
    expect(after(active, { type: 'input' }, seconds(4_000))).toMatchObject({ state: 'locked', reason: 'idle' })
  })

  it('locks at the absolute limit however much is typed, and then wants a full sign-in', () => {
    const busy: Session = { ...active, lastInput: seconds(43_199), seenAt: seconds(43_199) }
    expect(after(busy, { type: 'input' }, seconds(43_200))).toMatchObject({ state: 'locked', reason: 'absolute', needsSignIn: true })
  })

  it('counts from the last input in its own window where the operating system says at each second that somebody has just typed', () => {
    let session: Session = after(active, { type: 'input' }, seconds(30))
    for (let second = 31; second < 630; second += 1) {
      session = after(after(session, { type: 'os-idle', seconds: 0 }, seconds(second)), { type: 'tick' }, seconds(second))
      expect(isOpen(session)).toBe(true)
    }
    expect(after(session, { type: 'os-idle', seconds: 0 }, seconds(630))).toMatchObject({ state: 'locked', reason: 'idle' })
  })

  it('locks ten minutes after the last key press though somebody holds the clock still, a second at a time', () => {
    let session: Session = active
    for (let second = 1; second <= 600; second += 1) session = next(session, { type: 'tick' }, at(start, { steady: seconds(second) }), policy)[0]
    expect(session).toMatchObject({ state: 'locked', reason: 'idle' })
  })

  it('counts the last minutes before a limit down, and no key puts that off', () => {
    const near = at(seconds(60), { unheard: (28_800 - 90) * 1_000 })
    const warned = next(active, { type: 'input' }, near, policy)[0]
    expect(warned).toMatchObject({ state: 'warning', locksAt: seconds(150), locksFor: 'offline' })
    expect(next(warned, { type: 'input' }, near, policy)[0]).toEqual(warned)
    expect(next(warned, { type: 'input' }, at(seconds(150), { unheard: 28_800_000 }), policy)[0]).toMatchObject({ state: 'locked', reason: 'offline', needsSignIn: true })
    // Heard again in time, it is as if nothing had been.
    expect(next(warned, { type: 'tick' }, at(seconds(61)), policy)[0]).toMatchObject({ state: 'active' })
  })

  it('says while it is locked that the EHR was unheard for too long, and opens by no PIN any more', () => {
    const locked = after(active, { type: 'lock-asked', reason: 'manual' }, seconds(10))
    const late = at(seconds(20), { unheard: 28_800_000 })
    const told = next(locked, { type: 'tick' }, late, policy)[0]
    expect(told).toMatchObject({ state: 'locked', reason: 'offline', needsSignIn: true, since: seconds(10) })
    // Also where the EHR is back.
    expect(after(told, { type: 'unlocked' }, seconds(30))).toMatchObject({ state: 'locked', needsSignIn: true })
    // A PIN that was right, and through too late, leaves no open vault behind.
    expect(next(locked, { type: 'unlocked' }, late, policy)).toMatchObject([{ state: 'locked', epoch: locked.epoch + 1 }, [{ do: 'lock' }, { do: 'prepare-vault' }]])
    expect(initialSession(physician, late, policy)).toMatchObject({ state: 'locked', reason: 'offline', needsSignIn: true })
  })

  it('warns and locks by whoever has seen nobody for longer, this window or the operating system', () => {
    const used = after(active, { type: 'input' }, seconds(590))
    const osIdle = (of: Session, idle: number, now: number) => after(of, { type: 'os-idle', seconds: idle }, now)
    expect(osIdle(used, 479, seconds(591)).state).toBe('active')
    expect(osIdle(used, 480, seconds(591))).toMatchObject({ state: 'warning', locksAt: seconds(711), locksFor: 'idle' })
    expect(osIdle(used, 600, seconds(591))).toMatchObject({ state: 'locked', reason: 'idle', needsSignIn: false })
    // Between two words of it time goes on.
    expect(after(osIdle(used, 590, seconds(591)), { type: 'tick' }, seconds(601))).toMatchObject({ state: 'locked', reason: 'idle' })
    // One key puts both off, and its next word counts.
    const extended = after(osIdle(used, 590, seconds(591)), { type: 'input' }, seconds(592))
    expect([extended.state, osIdle(extended, 0, seconds(593)).state, osIdle(extended, 592, seconds(593)).state]).toEqual(['active', 'active', 'warning'])
  })

  it('is kept open by no operating system that says what is no number of seconds', () => {
    for (const idle of [-1, Number.NaN]) {
      const said = after(active, { type: 'os-idle', seconds: idle }, seconds(599))
      expect([said.state, after(said, { type: 'os-idle', seconds: idle }, seconds(600))]).toMatchObject(['warning', { state: 'locked', reason: 'idle' }])
    }
  })

  it('locks when the clock is set back', () => {
    expect(after(active, { type: 'tick' }, start - 60_000)).toMatchObject({ state: 'locked', reason: 'clock', needsSignIn: true })
  })

  it('does not open by the PIN once the absolute limit has passed', () => {
    const locked = after(active, { type: 'lock-asked', reason: 'manual' }, seconds(10))
    expect(after(locked, { type: 'unlocked' }, seconds(43_200)).state).toBe('locked')
    expect(after(locked, { type: 'unlocked' }, seconds(60)).state).toBe('active')
  })

  it('asks for the same person when a locked session is opened by a full sign-in', () => {
    const locked = after(active, { type: 'lock-asked', reason: 'manual' }, seconds(10))
    expect(next(locked, { type: 'sign-in-asked' }, at(seconds(20)), policy)[1]).toEqual([{ do: 'begin-sign-in', expect: 'abc' }])
  })

  it('voids a forgotten PIN only once its owner has signed in fully, and then lets them choose another', () => {
    const locked = after(active, { type: 'lock-asked', reason: 'manual' }, seconds(10))
    const asked = after(locked, { type: 'sign-in-asked', forgotPin: true }, seconds(20))
    expect(next(locked, { type: 'sign-in-asked', forgotPin: true }, at(seconds(20)), policy)[1]).toEqual([{ do: 'begin-sign-in', expect: 'abc' }])
    for (const givenUp of [{ type: 'sign-in-cancelled' }, { type: 'sign-in-failed', failure }] as const) {
      expect(after(asked, givenUp, seconds(30))).toMatchObject({ state: 'locked', who: { pin: 'set' } })
      expect(effects(asked, givenUp, seconds(30))).not.toContain('void-pin')
    }
    const back: SignedIn = { ...physician, authTime: seconds(25) }
    expect(next(asked, { type: 'signed-in', who: back }, at(seconds(30)), policy)).toMatchObject([
      { state: 'active', who: { pin: 'void' } },
      [{ do: 'void-pin', userKey: 'abc' }, { do: 'prepare-vault', userKey: 'abc', hasJustSignedIn: true }],
    ])
  })

  it('asks for the PIN after a full sign-in whose owner has not forgotten it', () => {
    const locked = after(active, { type: 'lock-asked', reason: 'manual' }, seconds(10))
    const asked = after(locked, { type: 'sign-in-asked' }, seconds(20))
    expect(after(asked, { type: 'signed-in', who: physician }, seconds(30))).toMatchObject({ state: 'locked', who: { pin: 'set' }, needsSignIn: false })
    expect(effects(asked, { type: 'signed-in', who: physician }, seconds(30))).toEqual(['prepare-vault'])
  })

  it('is gone at once when a wipe is ordered, open, locked or overdue, and is nobody’s once it is done', () => {
    const locked = after(active, { type: 'lock-asked', reason: 'manual' }, seconds(10))
    const signingIn = after(locked, { type: 'sign-in-asked' }, seconds(20))
    for (const session of [active, locked, signingIn]) {
      for (const now of [seconds(30), seconds(90_000)]) {
        const [wiping, done] = next(session, { type: 'wipe-ordered' }, at(now), policy)
        expect(wiping).toMatchObject({ state: 'wiping', epoch: session.epoch + 1 })
        expect(viewOf(wiping, around)).toMatchObject({ state: 'wiping', permissions: [] })
        expect(viewOf(wiping, around).user).toBeUndefined()
        expect(done.slice(-2)).toEqual([{ do: 'lock' }, { do: 'wipe', userKey: 'abc' }])
        for (const type of ['unlocked', 'sign-in-asked', 'input', 'sign-out-asked'] as const) expect(after(wiping, { type }, now)).toBe(wiping)
        expect(after(wiping, { type: 'wiped' }, now)).toEqual({ state: 'signedOut', epoch: wiping.epoch })
      }
    }
    expect(after(signedOut, { type: 'wipe-ordered' }, seconds(1))).toBe(signedOut)
  })

  it('is shut for somebody who is locked out, open, locked or signing in, and for nobody else @164.312(a)(2)(iii)', () => {
    const locked = after(active, { type: 'lock-asked', reason: 'manual' }, seconds(10))
    const signingIn = after(locked, { type: 'sign-in-asked' }, seconds(20))
    for (const session of [active, locked, signingIn]) {
      const [out, done] = next(session, { type: 'lock-out-ordered', userKey: 'abc' }, at(seconds(30)), policy)
      expect(out).toEqual({ state: 'lockedOut', epoch: session.epoch + 1, userKey: 'abc' })
      expect(done.slice(-2)).toEqual([{ do: 'lock' }, { do: 'sign-out', userKey: 'abc' }])
      expect(after(session, { type: 'lock-out-ordered', userKey: 'xyz' }, seconds(30))).toEqual(session)
      for (const type of ['unlocked', 'input', 'tick'] as const) expect(after(out, { type }, seconds(40))).toBe(out)
      expect(after(out, { type: 'lock-out-lifted', userKey: 'xyz' }, seconds(40))).toBe(out)
      expect(after(out, { type: 'lock-out-lifted', userKey: 'abc' }, seconds(40))).toMatchObject({ state: 'signedOut' })
    }
    expect(initialSession(physician, at(seconds(60)), policy, { standing: 'out' })).toEqual({ state: 'lockedOut', epoch: 1, userKey: 'abc' })
  })

  it('locks for support while somebody signs in: what was begun before the order opens nothing', () => {
    const order = { type: 'lock-asked', reason: 'order' } as const
    const locked = after(active, { type: 'lock-asked', reason: 'manual' }, seconds(10))
    for (const someoneElse of [false, true]) {
      const signingIn = after(locked, { type: 'sign-in-asked', someoneElse }, seconds(20))
      const [to, todo] = next(signingIn, order, at(seconds(30)), policy)
      expect([to, todo]).toEqual([{ ...locked, reason: 'order', since: seconds(30) }, [{ do: 'cancel-sign-in' }]])
      // A sign-in that is through all the same.
      expect(after(to, { type: 'signed-in', who: { ...physician, pin: 'unset' } }, seconds(31))).toBe(to)
      expect(after(to, { type: 'unlocked' }, seconds(32)).state).toBe('active')
      // What else locks has the EHR’s page before it, and no patient.
      expect(after(signingIn, { type: 'lock-asked', reason: 'os-lock' }, seconds(30))).toBe(signingIn)
    }
    const first = after(signedOut, { type: 'sign-in-asked' }, seconds(20))
    expect(next(first, order, at(seconds(30)), policy)).toEqual([signedOut, [{ do: 'cancel-sign-in' }]])
    // It is no way around a full sign-in that something else asks for.
    const refused = after(active, { type: 'token-refused' }, seconds(10))
    expect(after(after(refused, { type: 'sign-in-asked' }, seconds(20)), order, seconds(30))).toEqual(refused)
  })

  it('wants a full sign-in of whom the EHR refused, or whose clock went back, whoever comes and goes meanwhile', () => {
    const locked = after(active, { type: 'lock-asked', reason: 'manual' }, seconds(10))
    const stands = { do: 'require-sign-in', userKey: 'abc' }
    for (const session of [active, locked]) expect(next(session, { type: 'token-refused' }, at(seconds(20)), policy)[1]).toContainEqual(stands)
    expect(next(active, { type: 'tick' }, at(start - 60_000), policy)[1]).toContainEqual(stands)
    // Who has no PIN to come back by signs in fully anyway.
    expect(effects({ ...active, who: { ...physician, pin: 'unset' } }, { type: 'token-refused' }, seconds(20))).not.toContain('require-sign-in')
    for (const reason of ['manual', 'idle', 'order'] as const) expect(effects(active, { type: 'lock-asked', reason }, seconds(20))).not.toContain('require-sign-in')
  })

  it('keeps what the EHR has refused while somebody signs in over the lock: given up, no PIN comes back to it, durably', () => {
    const locked = after(active, { type: 'lock-asked', reason: 'manual' }, seconds(10))
    const meanwhile = after(after(locked, { type: 'sign-in-asked', someoneElse: true }, seconds(20)), { type: 'token-refused' }, seconds(21))
    const stands = { do: 'require-sign-in', userKey: 'abc' }
    for (const event of [{ type: 'sign-in-cancelled' }, { type: 'sign-in-failed', failure }, { type: 'lock-asked', reason: 'order' }] as const) {
      const [back, todo] = next(meanwhile, event, at(seconds(30)), policy)
      expect(back).toMatchObject({ state: 'locked', reason: 'token-refused', needsSignIn: true })
      expect(todo).toContainEqual(stands)
    }
    expect(next(meanwhile, { type: 'signed-in', who: { ...physician, userKey: 'xyz' } }, at(seconds(30)), policy)[1]).toContainEqual(stands)
    // Their own sign-in is newer than the refusal.
    const [own, todo] = next(meanwhile, { type: 'signed-in', who: physician }, at(seconds(30)), policy)
    expect([own, todo]).toMatchObject([{ state: 'locked', needsSignIn: false }, [{ do: 'prepare-vault' }]])
  })

  it('wants a full sign-in where support says so, and another PIN after a reset', () => {
    const locked = after(active, { type: 'lock-asked', reason: 'manual' }, seconds(10))
    for (const session of [active, locked]) {
      expect(after(session, { type: 'sign-in-required', userKey: 'abc' }, seconds(20))).toMatchObject({ state: 'locked', needsSignIn: true, who: { pin: 'set' } })
      const reset = after(session, { type: 'pin-reset', userKey: 'abc' }, seconds(20))
      expect(reset).toMatchObject({ state: 'locked', reason: 'pin-reset', needsSignIn: true, who: { pin: 'void' } })
      expect(viewOf(reset, around)).toMatchObject({ pin: 'void', lock: { reason: 'pin-reset' } })
      expect(after(reset, { type: 'unlocked' }, seconds(30)).state).toBe('locked')
      expect(after(session, { type: 'pin-reset', userKey: 'xyz' }, seconds(20))).toEqual(after(session, { type: 'wiped' }, seconds(20)))
    }
    expect(initialSession(physician, at(seconds(60)), policy, { standing: 'sign-in' })).toMatchObject({ state: 'locked', needsSignIn: true })
  })

  it('goes back to the lock when the sign-in is given up or fails', () => {
    const locked = after(active, { type: 'lock-asked', reason: 'manual' }, seconds(10))
    const signingIn = after(locked, { type: 'sign-in-asked' }, seconds(20))
    expect(after(signingIn, { type: 'sign-in-cancelled' }, seconds(21))).toMatchObject({ state: 'locked' })
    expect(after(signingIn, { type: 'sign-in-failed', failure }, seconds(21))).toMatchObject({ state: 'locked', failure })
  })

  it('voids the PIN at the last try and wants a full sign-in', () => {
    const locked = after(active, { type: 'lock-asked', reason: 'manual' }, seconds(10))
    const voided = after(locked, { type: 'unlock-failed', failure: { ...failure, kind: 'pin-void' }, pin: 'void' }, seconds(20))
    expect(after(voided, { type: 'unlocked' }, seconds(30)).state).toBe('locked')
  })

  it('wakes locked for the last user, and signed out without one', () => {
    expect(initialSession(physician, at(seconds(60)), policy)).toMatchObject({ state: 'locked', reason: 'start', needsSignIn: false })
    expect(initialSession(physician, at(seconds(50_000)), policy)).toMatchObject({ state: 'locked', needsSignIn: true })
    expect(initialSession(undefined, at(start), policy).state).toBe('signedOut')
  })

  it('raises the epoch at each lock and sign-out, so that older ports are refused', () => {
    expect(after(active, { type: 'lock-asked', reason: 'manual' }, seconds(1)).epoch).toBe(2)
    expect(after(active, { type: 'sign-out-asked' }, seconds(1)).epoch).toBe(2)
  })

  it('holds to the ceilings whatever the policy says', () => {
    const lax = { warnAfterSeconds: 10, lockAfterSeconds: 1e9, absoluteSeconds: 1e9, offlineSeconds: 1e9, whenTaken: 'stays-locked' } as const
    expect(next(active, { type: 'input' }, at(start + ceilings.idleSeconds * 1_000), lax)[0].state).toBe('locked')
    const limit = ceilings.absoluteSeconds * 1_000
    expect([passedLimit(physician, at(start + limit - 1), lax), passedLimit(physician, at(start + limit), lax)]).toEqual([undefined, 'absolute'])
    expect(passedLimit(physician, at(start, { unheard: ceilings.offlineSeconds * 1_000 }), lax)).toBe('offline')
  })
})

describe('a PIN that the keychain could not speak of', () => {
  const locked = (who: SignedIn, reason: 'start' | 'manual' | 'absolute'): Session => ({ state: 'locked', epoch: 2, who, reason, since: start, needsSignIn: true })
  const unknown: SignedIn = { ...physician, pin: 'unavailable' }
  const known = { type: 'pin-known', pin: 'set' } as const

  it('opens the lock again once it does', () => {
    expect(after(locked(unknown, 'start'), known, seconds(60))).toMatchObject({ state: 'locked', needsSignIn: false, who: { pin: 'set' } })
    expect(after(locked(unknown, 'manual'), { type: 'pin-known', pin: 'unset' }, seconds(60))).toMatchObject({ needsSignIn: true, who: { pin: 'unset' } })
  })

  it('keeps nobody who has signed in from working: nothing is kept then, and a PIN that is set is not given up', () => {
    const choosing: Session = { ...active, who: { ...physician, pin: 'unset' } }
    expect(after(choosing, { type: 'keeping-declined' }, seconds(1))).toMatchObject({ state: 'active', who: { pin: 'unavailable' } })
    expect(after(active, { type: 'keeping-declined' }, seconds(1))).toBe(active)
  })

  it('opens nothing where something else asks for a full sign-in', () => {
    expect(after(locked(unknown, 'absolute'), known, seconds(60))).toMatchObject({ needsSignIn: true })
    expect(after(locked(unknown, 'manual'), known, seconds(43_200))).toMatchObject({ needsSignIn: true })
    // Not one that was known all the while: the EHR may have ended the session meanwhile.
    expect(after(locked(physician, 'manual'), known, seconds(60))).toMatchObject({ needsSignIn: true })
  })
})
