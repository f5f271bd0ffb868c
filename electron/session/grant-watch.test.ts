import { describe, expect, it } from 'vitest'
import { ChartkeepError, type FailureKind } from '../../shared/errors.ts'
import type { Policy } from '../../shared/policy.ts'
import type { Asked, AskingWay } from '../auth/still-granted.ts'
import { createGrantWatch } from './grant-watch.ts'
import type { Session, SessionEvent, SignedIn } from './machine.ts'
import { active, physician, policy, start } from './testing.ts'

const locked: Extract<Session, { state: 'locked' }> = { state: 'locked', epoch: 2, who: physician, reason: 'idle', since: start, needsSignIn: false }
const minute = 60_000
const stands: Asked = { stands: true, useless: [] }
const none: Asked = { stands: false, useless: [{ way: 'introspection', why: 'absent' }] }

/** A workstation at which somebody is, in front of an EHR that answers what the test says. */
function watch(session: Session, { share = 1, answers = [], limits = policy }: { readonly share?: number; readonly answers?: (Asked | FailureKind | Promise<Asked>)[]; readonly limits?: Policy['session'] } = {}) {
  const state = { session, now: 5 * minute, orders: false, answers, waiting: [] as readonly SignedIn[], past: new Array<string>(), within: 'done' as 'done' | 'late' }
  const [asked, heard, events, logged] = [new Array<readonly AskingWay[]>(), new Array<string>(), new Array<SessionEvent>(), new Array<string>()]
  const of = new Array<string>()
  const [signals, required] = [new Array<AbortSignal>(), new Array<string>()]
  const grant = createGrantWatch({
    session: () => state.session,
    dispatch: (event) => void events.push(event),
    waiting: () => state.waiting,
    isPast: ({ userKey }) => state.past.includes(userKey),
    requireSignIn: (userKey) => void required.push(userKey),
    auth: {
      ask: async (user, ways, signal) => {
        asked.push(ways)
        of.push(user)
        signals.push(signal)
        const answer = (await state.answers.shift()) ?? stands
        if (typeof answer === 'string') throw new ChartkeepError(answer)
        return answer
      },
    },
    policy: () => ({ session: limits }),
    hearsOrders: () => state.orders,
    heard: (userKey) => void heard.push(userKey),
    steady: () => state.now,
    within: async (work) => (state.within === 'late' ? 'late' : (await work, 'done')),
    random: () => share * 2 - 1,
    log: { event: (name, fields) => void logged.push(`${name} ${JSON.stringify(fields)}`) },
  })
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve))
  /** Looked at every second, as the clock of the session does. */
  async function pass(milliseconds: number): Promise<void> {
    for (let left = milliseconds; left > 0; left -= 1_000) {
      state.now += Math.min(left, 1_000)
      grant.look()
      await settle()
    }
  }
  grant.look()
  return { grant, state, asked, of, heard, events, required, logged, signals, pass, settle }
}

describe('an open session at an EHR that sends no orders', () => {
  it('is asked about every five minutes at the longest, spread from half of that on, and is heard by it', async () => {
    const { asked, heard, pass } = watch(active)
    await pass(5 * minute - 1_000)
    expect(asked).toHaveLength(0)
    await pass(1_000)
    expect([asked, heard]).toEqual([[['introspection']], ['abc']])
    await pass(5 * minute)
    expect(asked).toHaveLength(2)
    const early = watch(active, { share: 0.5 })
    await early.pass(150_000)
    expect(early.asked).toHaveLength(1)
  })

  it('is locked as soon as the EHR says that it is over', async () => {
    const { events, heard, pass } = watch(active, { answers: ['unauthorized'] })
    await pass(5 * minute)
    expect([events, heard]).toEqual([[{ type: 'token-refused' }], []])
  })

  it.each<FailureKind>(['offline', 'timeout', 'server', 'malformed', 'throttled', 'too-large', 'internal', 'keychain-locked'])('is not locked by what says nothing of it (%s): that is not heard, and told once in the log', async (kind) => {
    const { events, heard, logged, pass } = watch(active, { answers: [kind, kind] })
    await pass(15 * minute)
    expect([events, heard]).toEqual([[], ['abc']])
    expect(logged.filter((line) => line.includes('not-asked'))).toEqual([`token.not-asked {"failure":"${kind}"}`])
  })

  it('is not asked again where the EHR has no such endpoint, or does not answer us: it refreshes by itself', async () => {
    const { asked, logged, pass } = watch(active, { answers: [none] })
    await pass(60 * minute)
    expect(asked).toHaveLength(1)
    expect(logged).toContain('token.asking-useless {"way":"introspection","why":"absent"}')
  })

  it('is asked again where it was refused once, which may be a firewall’s doing, and not where it was refused twice in a row', async () => {
    const refused: Asked = { stands: false, useless: [{ way: 'introspection', why: 'refused' }] }
    const { asked, logged, pass } = watch(active, { answers: [refused, stands, refused, 'offline', refused] })
    await pass(25 * minute)
    expect([asked.length, logged.filter((line) => line.includes('useless'))]).toEqual([5, ['token.asking-useless {"way":"introspection","why":"refused"}']])
    await pass(60 * minute)
    expect(asked).toHaveLength(5)
  })

  it('is asked about anew after another sign-in, and what was asked before that ends nothing of it', async () => {
    let over: (asked: Asked) => void = () => undefined
    const late = new Promise<Asked>((resolve) => (over = resolve))
    const { state, asked, events, pass, settle } = watch(active, { answers: [late.then(() => Promise.reject(new ChartkeepError('unauthorized')))] })
    await pass(5 * minute)
    state.session = { ...active, who: { ...physician, authTime: start + minute } }
    over(stands)
    await settle()
    expect(events).toEqual([])
    // From when it was first seen.
    await pass(5 * minute + 1_000)
    expect(asked).toHaveLength(2)
  })
})

describe('a workstation that orders reach', () => {
  it('asks about nobody, neither in time nor before data, and does again once they do not', async () => {
    const { grant, state, asked, pass } = watch(active)
    state.orders = true
    await pass(30 * minute)
    state.session = locked
    await grant.beforeData('abc')
    expect(asked).toEqual([])
    state.orders = false
    await grant.beforeData('abc')
    expect(asked).toHaveLength(1)
  })
})

describe('a workstation that is locked overnight', () => {
  it('is heard by the EHR every quarter of an hour: by introspection, or by a refresh for nothing where there is none', async () => {
    const { asked, heard, pass } = watch(locked, { answers: [{ stands: true, useless: none.useless }] })
    await pass(20_000)
    expect(asked).toEqual([['introspection', 'refresh']])
    await pass(12 * 60 * minute)
    expect(asked.slice(1)).toEqual(Array.from({ length: 48 }, () => ['refresh']))
    expect(heard).toHaveLength(49)
  })

  it('is so well within a short offline limit too', async () => {
    const { asked, pass } = watch(locked, { limits: { ...policy, offlineSeconds: 60 } })
    await pass(minute)
    expect(asked.length).toBeGreaterThanOrEqual(4)
  })

  it('ends the session that waits there where the EHR says that it is over', async () => {
    const { events, pass } = watch(locked, { answers: ['unauthorized'] })
    await pass(20_000)
    expect(events).toEqual([{ type: 'token-refused' }])
  })

  it.each<[string, Session]>([
    ['asks for a full sign-in already', { ...locked, needsSignIn: true }],
    ['has no PIN that opens it', { ...locked, who: { ...physician, pin: 'void' } }],
    ['is being signed in to', { state: 'signingIn', epoch: 2, back: locked }],
    ['nobody is at', { state: 'signedOut', epoch: 2 }],
    ['is locked out', { state: 'lockedOut', epoch: 2, userKey: 'abc' }],
  ])('asks nothing where it %s', async (_what, session) => {
    const { grant, asked, pass } = watch(session)
    await pass(60 * minute)
    await grant.beforeData('abc')
    expect(asked).toEqual([])
  })

  it('asks at once after a sleep, by a count that goes on in it; a clock that is set cannot keep it from asking', async () => {
    const { grant, state, asked, pass, settle } = watch(locked)
    await pass(20_000)
    state.now += 8 * 60 * minute
    grant.look()
    grant.look()
    await settle()
    expect(asked).toHaveLength(2)
  })
})

describe('whoever waits behind another one’s session at an EHR that sends no orders', () => {
  const [waits, third]: readonly [SignedIn, SignedIn] = [{ ...physician, userKey: 'def' }, { ...physician, userKey: 'ghi' }]
  const elsewhere: SignedIn = { ...physician, userKey: 'xyz' }

  it.each<[string, Session]>([
    ['is locked', { ...locked, who: elsewhere }],
    ['is open', { ...active, who: elsewhere }],
    ['asks for a full sign-in', { ...locked, who: elsewhere, needsSignIn: true }],
    ['is nobody’s', { state: 'signedOut', epoch: 2 }],
    ['is of somebody locked out', { state: 'lockedOut', epoch: 2, userKey: 'xyz' }],
  ])('is heard every quarter of an hour too, one after the other, where that one %s', async (_how, session) => {
    const { state, heard, of, asked, pass } = watch(session)
    state.waiting = [waits, third]
    await pass(25_000)
    expect(of.filter((user) => user !== 'xyz')).toEqual(['def', 'ghi'])
    expect(asked[of.indexOf('def')]).toEqual(['introspection', 'refresh'])
    await pass(60 * minute)
    for (const { userKey } of [waits, third]) expect([4, 5]).toContain(heard.filter((user) => user === userKey).length)
  })

  it('is asked about by nobody while somebody signs in, where orders come, or where only a full sign-in opens it', async () => {
    for (const given of [{ session: { state: 'signingIn', epoch: 2 } as const }, { orders: true }, { past: ['def'] }, { waiting: [{ ...waits, pin: 'void' as const }] }]) {
      const { state, of, pass } = watch({ state: 'signedOut', epoch: 2 })
      Object.assign(state, { waiting: [waits] }, given)
      await pass(30 * minute)
      expect(of, Object.keys(given).join()).toEqual([])
    }
  })

  it('has its end where the EHR says so, and no question after it, until they have signed in anew', async () => {
    const { state, of, required, events, pass } = watch({ state: 'signedOut', epoch: 2 }, { answers: ['unauthorized'] })
    state.waiting = [waits]
    await pass(30 * minute)
    expect([of, required, events]).toEqual([['def'], ['def'], []])
    state.waiting = [{ ...waits, authTime: start + minute }]
    await pass(25_000)
    expect(of).toEqual(['def', 'def'])
  })

  it('does not wait for what cannot be asked about the one before them', async () => {
    const { state, of, pass } = watch({ ...locked, who: elsewhere }, { answers: [{ stands: false, useless: [{ way: 'introspection', why: 'absent' }, { way: 'refresh', why: 'absent' }] }] })
    state.waiting = [waits]
    await pass(30 * minute)
    expect(of.filter((user) => user === 'xyz')).toHaveLength(1)
    expect(of.filter((user) => user === 'def').length).toBeGreaterThanOrEqual(2)
  })
})

describe('before data is shown', () => {
  it('the EHR is asked, once for whoever comes at the same time, and not again when it has just answered', async () => {
    const { grant, state, asked, pass } = watch(locked)
    await Promise.all([grant.beforeData('abc'), grant.beforeData('abc')])
    expect(asked).toEqual([['introspection', 'refresh']])
    await grant.beforeData('abc')
    expect(asked).toHaveLength(1)
    await grant.beforeData('somebody else')
    state.now += 10_000
    await grant.beforeData('abc')
    expect(asked).toHaveLength(2)
    await pass(minute)
    expect(asked).toHaveLength(2)
  })

  it('who is refused is refused before it', async () => {
    const { grant, events } = watch(locked, { answers: ['unauthorized'] })
    await grant.beforeData('abc')
    expect(events).toEqual([{ type: 'token-refused' }])
  })

  it.each<[string, Session]>([['', active], [', while somebody signs in over the lock too', { state: 'signingIn', epoch: 2, back: locked }]])('an EHR that does not answer keeps nobody waiting; what it says later holds all the same%s', async (_when, session) => {
    let over: (asked: Asked) => void = () => undefined
    const { grant, state, events, settle } = watch(locked, { answers: [new Promise<Asked>((resolve) => (over = resolve)).then(() => Promise.reject(new ChartkeepError('unauthorized')))] })
    state.within = 'late'
    await grant.beforeData('abc')
    state.session = session
    over(stands)
    await settle()
    expect(events).toEqual([{ type: 'token-refused' }])
  })
})

describe('what the EHR says when the screen is not theirs any more @164.308(a)(3)(ii)(C)', () => {
  const another: SignedIn = { ...physician, userKey: 'def' }
  /** Asked behind the lock, and refused when the session has become another. */
  async function refusedAt(session: Session, waiting: readonly SignedIn[] = []) {
    let answer: (refused: Promise<Asked>) => void = () => undefined
    const watched = watch(locked, { answers: [new Promise<Asked>((resolve) => (answer = resolve))] })
    await watched.pass(20_000)
    Object.assign(watched.state, { session, waiting })
    answer(Promise.reject(new ChartkeepError('unauthorized')))
    await watched.settle()
    return watched
  }

  it.each<[string, Session, readonly SignedIn[]]>([
    ['another one came', { ...active, who: another }, [physician]],
    ['another one came, and who waits is not known', { ...active, who: another }, []],
    ['another one signs in over nobody’s', { state: 'signingIn', epoch: 2 }, [physician]],
    ['everybody has gone', { state: 'signedOut', epoch: 3 }, []],
  ])('is kept for when they come back: %s', async (_what, session, waiting) => {
    const { required, events } = await refusedAt(session, waiting)
    expect([required, events]).toEqual([['abc'], []])
  })

  it.each<[string, Session, readonly SignedIn[]]>([
    ['here', { ...active, who: { ...physician, authTime: start + minute } }, []],
    ['and waits again', { ...active, who: another }, [{ ...physician, authTime: start + minute }]],
  ])('is nothing to whoever has signed in again since, %s', async (_what, session, waiting) => {
    const { required, events } = await refusedAt(session, waiting)
    expect([required, events]).toEqual([[], []])
  })
})

it('ends with the application when what is being spent is through: its successor is in the answer alone', async () => {
  let answer: (asked: Asked) => void = () => undefined
  const { grant, pass, settle } = watch(locked, { answers: [new Promise<Asked>((resolve) => (answer = resolve))] })
  await pass(20_000)
  let isClosed = false
  const closed = grant.close().then(() => (isClosed = true))
  await settle()
  expect(isClosed).toBe(false)
  answer(stands)
  await closed
})

it('asks nothing once the application ends, gives up what it has asked, and waits for no EHR that does not answer', async () => {
  const { grant, state, asked, signals, pass } = watch(active, { answers: [new Promise<Asked>(() => undefined)] })
  await pass(5 * minute)
  state.within = 'late'
  await grant.close()
  expect(signals.map(({ aborted }) => aborted)).toEqual([true])
  await pass(30 * minute)
  expect(asked).toHaveLength(1)
})
