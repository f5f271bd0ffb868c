import { describe, expect, it } from 'vitest'
import { ChartkeepError, kindOf } from '../../shared/errors.ts'
import { initialSession, next, type Session, type SessionEvent } from './machine.ts'
import { active, after, around, at, effects, failure, physician, policy, seconds } from './testing.ts'
import { unlockHelp } from './unlock-help.ts'
import { viewOf } from './view.ts'

const locked = after(active, { type: 'lock-asked', reason: 'manual' }, seconds(10))
const out = after(locked, { type: 'unlock-failed', failure: { ...failure, kind: 'pin-out' }, pin: 'out' }, seconds(20))
const granted: SessionEvent = { type: 'help-settled', pin: 'set' }

describe('a lock whose PIN is out of tries @164.312(d)', () => {
  it('opens by no PIN, and says that the desk can help', () => {
    expect(viewOf(out, around).pin).toBe('out')
    expect(after(out, { type: 'unlocked' }, seconds(21)).state).toBe('locked')
  })

  it('takes the PIN again once the desk has granted tries, and forgets what was said', () => {
    const again = after(out, granted, seconds(30))
    expect(viewOf(again, around)).toMatchObject({ pin: 'set' })
    expect(viewOf(again, around).failure).toBeUndefined()
    expect(after(again, { type: 'unlocked' }, seconds(31)).state).toBe('active')
  })

  it('needs a full sign-in where the desk can do no more', () => {
    const ended = after(out, { type: 'help-settled', pin: 'void' }, seconds(30))
    expect(ended).toMatchObject({ needsSignIn: true, who: { pin: 'void' } })
    expect(after(ended, granted, seconds(31))).toBe(ended)
  })

  it('is no way around what else asks for a full sign-in: the limit, an order, a refused token, a clock', () => {
    for (const event of [{ type: 'token-refused' }, { type: 'sign-in-required', userKey: 'abc' }, { type: 'pin-reset', userKey: 'abc' }] as const) {
      const barred = after(out, event, seconds(25))
      expect(viewOf(barred, around).pin).toBe('void')
      expect(after(after(barred, granted, seconds(30)), { type: 'unlocked' }, seconds(31)).state).toBe('locked')
    }
    // An order that voids it voids what the desk could bring back.
    expect(after(out, { type: 'pin-reset', userKey: 'abc' }, seconds(25))).toMatchObject({ who: { pin: 'void' } })
    expect(effects(out, { type: 'token-refused' }, seconds(25))).toContain('require-sign-in')
    const late = after(out, { type: 'tick' }, seconds(43_200))
    expect(viewOf(late, around).pin).toBe('void')
    expect(after(after(out, granted, seconds(43_200)), { type: 'unlocked' }, seconds(43_201)).state).toBe('locked')
    const unheard = next(out, granted, at(seconds(30), { unheard: 28_800_000 }), policy)[0]
    expect(viewOf(unheard, around).pin).toBe('unavailable')
    const setBack = initialSession({ ...physician, pin: 'out' }, at(physician.authTime - 60_000), policy)
    expect(viewOf(setBack, around).pin).toBe('void')
  })

  it.each<[string, SessionEvent, object]>([
    ['takes the PIN again', granted, { state: 'locked', who: { pin: 'set' }, needsSignIn: false }],
    ['needs a full sign-in', { type: 'help-settled', pin: 'void' }, { state: 'locked', who: { pin: 'void' }, needsSignIn: true }],
  ])('%s where the desk settled that during a sign-in that was given up', (_what, settled, becomes) => {
    const signingIn = after(after(out, { type: 'sign-in-asked' }, seconds(25)), settled, seconds(30))
    expect(after(signingIn, { type: 'sign-in-cancelled' }, seconds(35))).toMatchObject(becomes)
    expect(after(signingIn, { type: 'sign-in-failed', failure }, seconds(35))).toMatchObject({ ...becomes, failure })
    // A limit that passed meanwhile asks for the sign-in all the same.
    const late = after(after(signingIn, { type: 'sign-in-cancelled' }, seconds(43_200)), { type: 'unlocked' }, seconds(43_201))
    expect(late.state).toBe('locked')
  })

  it('is found so after a restart', () => {
    expect(viewOf(initialSession({ ...physician, pin: 'out' }, at(seconds(60)), policy), around).pin).toBe('out')
  })

  it('leads through a full sign-in to another PIN', () => {
    const signingIn = after(out, { type: 'sign-in-asked' }, seconds(30))
    expect(after(signingIn, { type: 'signed-in', who: { ...physician, pin: 'out' } }, seconds(40))).toMatchObject({ state: 'active', who: { pin: 'out' } })
  })
})

describe('help for whoever is behind that lock', () => {
  const asking = (session: Session, answer: () => Promise<{ triesLeft: number }>) => {
    const held = { session }
    const help = unlockHelp({
      vault: { challenge: async () => ({ code: '22222-22222', validMs: 1 }), answerChallenge: answer },
      session: () => held.session,
      dispatch: (event) => void (held.session = next(held.session, event, at(seconds(30)), policy)[0]),
    })
    return { held, help }
  }

  it('gives the tries back, or ends the PIN', async () => {
    const good = asking(out, async () => ({ triesLeft: 3 }))
    expect(await good.help.answer('x')).toBe(3)
    expect(good.held.session).toMatchObject({ who: { pin: 'set' }, needsSignIn: false })
    const bad = asking(out, () => Promise.reject(new ChartkeepError('pin-void')))
    await expect(bad.help.answer('x')).rejects.toMatchObject({ kind: 'pin-void' })
    expect(bad.held.session).toMatchObject({ who: { pin: 'void' }, needsSignIn: true })
  })

  it('is for nobody who has tries, who has to sign in fully, or whose lock another one has taken meanwhile', async () => {
    const barred = after(out, { type: 'token-refused' }, seconds(25))
    for (const session of [active, locked, barred]) {
      const { help } = asking(session, async () => ({ triesLeft: 3 }))
      expect(await help.challenge().catch(kindOf)).toBe('pin-void')
      expect(await help.answer('x').catch(kindOf)).toBe('pin-void')
    }
    const taken = after(out, { type: 'switch-asked', to: { ...physician, userKey: 'other', pin: 'out' } }, seconds(29))
    const { held, help } = asking(out, async () => {
      held.session = taken
      return { triesLeft: 3 }
    })
    await help.answer('x')
    expect(held.session).toBe(taken)
  })
})
