import { describe, expect, it } from 'vitest'
import { ChartkeepError } from '../../shared/errors.ts'
import type { Asked } from '../auth/still-granted.ts'
import { Policy } from '../../shared/policy.ts'
import type { Session, SignedIn } from './machine.ts'
import type { RecordsListener } from './records-host.electron.ts'
import { active, physician, start } from './testing.ts'
import { createWorkstation } from './workstation.ts'
import type { WorkstationParts } from './workstation-parts.ts'

const policy = Policy.parse({ ehr: { fhirBase: 'https://ehr.example.org/fhir', clientId: 'c' } })
const opened = { part: 'part-1', dataKey: 1, epoch: 1 }
const locked: Session = { state: 'locked', epoch: 2, who: physician, reason: 'manual', since: start, needsSignIn: false }
/** What has begun goes as far as it can without the test. */
const goesOn = () => new Promise((resolve) => setImmediate(resolve))

/** A door that the test opens: whoever waits for it waits until then. */
function door() {
  let open: () => void = () => undefined
  const passed = new Promise<void>((resolve) => (open = resolve))
  return { open: () => open(), passed }
}

/** A workstation without windows and processes; the way to the EHR, and its sign-in, are answered when the test says so. */
function workstationOf(initial: Session, { way = Promise.resolve(), settled = Promise.resolve(), ask = async () => ({ stands: true, useless: [] }), dropped = Promise.resolve(), restarts = false }: { readonly way?: Promise<unknown>; readonly settled?: Promise<unknown>; readonly ask?: () => Promise<Asked>; readonly dropped?: Promise<void>; readonly restarts?: boolean } = {}) {
  const pausing = pauses()
  const started: { readonly userKey: string; readonly state: string; readonly listener: RecordsListener; readonly holds: unknown[]; isEnded: boolean }[] = []
  const connected: number[] = []
  const left: string[] = []
  const waits: number[] = []
  let restarted = 0
  const nothing = () => undefined
  const nobody = async () => undefined
  /** What the page in front is told: of the session, and where it asks `records`. */
  const told: string[] = []
  const page = { loaded: Promise.resolve(), show: ({ state, pin }: { state: string; pin: string }) => void told.push(`${state}, PIN ${pin}`), flush: nobody, end: nobody }
  const parts = {
    initial, policy: () => (restarts ? { ...policy, lock: { ...policy.lock, restart: true } } : policy), restart: () => void (restarted += 1),
    clock: { now: () => start }, monotonic: () => start,
    log: { event: nothing, foreign: nothing },
    audit: { tell: nothing, announce: nobody, checkpoint: nobody }, wipe: nobody, left: (userKey: string) => void left.push(userKey),
    vault: { folder: nothing, keepEpoch: nobody, settleKeyPart: () => settled, releaseKeyPart: async () => opened, pinState: async () => 'void', triesLeft: async () => 0 },
    auth: { signIn: () => new Promise(nothing), waiting: async (): Promise<readonly SignedIn[]> => [physician], comeBack: nobody, signOut: nobody, dropAccessToken: nothing, fhirUser: nothing, ask, dropped: () => dropped },
    window: { front: () => page, spare: nothing, swap: () => page, warmSpare: () => page },
    contact: { steady: () => start, ages: () => ({ unheard: 0, sinceSignIn: 0 }), heardPerson: nothing },
    keychain: { keeping: 'sealed', trouble: nothing, onChange: nothing },
    notice: { current: nothing, signedOutAt: nothing, unheardSince: nothing, atWork: nothing, onChange: nothing },
    hearsOrders: () => false, random: () => 1,
    ehr: () => way,
    startRecords: ({ userKey, state }: { userKey: string; state: string }, listener: RecordsListener) => {
      const records = { userKey, state, listener, holds: new Array<unknown>(), isEnded: false }
      started.push(records)
      return { tell: nothing, hold: (holds: unknown) => void records.holds.push(holds), flush: nobody, end: async () => void (records.isEnded = true) }
    },
    connect: () => {
      connected.push(started.length)
      told.push(`records ${started.length}`)
    },
    disconnect: () => void told.push('no records'),
    holds: () => [], forgetClipboard: nobody, closeSignInPage: nothing, newCorrelation: () => '00000000', later: nothing,
    requireSignIn: nobody, wait: pausing.wait, within: async (work: Promise<unknown>, milliseconds: number) => (waits.push(milliseconds), await work, 'done' as const),
  }
  // What the session of a workstation needs, and no more.
  const workstation = createWorkstation(parts as unknown as WorkstationParts)
  return { ...workstation, started, connected, told, left, pausing, waits, restarts: () => restarted }
}

/** What is put off goes on when the test says so. */
function pauses() {
  const asked: { readonly ms: number; readonly over: () => void }[] = []
  return {
    wait: (ms: number) => new Promise<void>((over) => void asked.push({ ms, over })),
    asked: () => asked.map(({ ms }) => ms),
    over: async () => {
      for (const { over } of asked.splice(0)) over()
      await goesOn()
    },
  }
}

describe('a sign-in that was begun behind the lock and given up', () => {
  it.each<[string, Session]>([['while the lock was not through', active], ['while the start was not through', locked]])('%s leaves a lock that its PIN opens', async (_when, initial) => {
    const way = door()
    const { dispatch, settled, started, connected } = workstationOf(initial, { way: way.passed })
    dispatch({ type: 'lock-asked', reason: 'manual' })
    await goesOn()
    dispatch({ type: 'sign-in-asked' })
    way.open()
    await goesOn()
    dispatch({ type: 'sign-in-cancelled' })
    await settled()
    expect(started).toMatchObject([{ userKey: 'abc', state: 'locked', isEnded: false }])
    // Without the holds it would give no chart.
    expect([connected, started[0]?.holds]).toEqual([[1], [[]]])
  })

  it('leaves one too where the process behind the lock died meanwhile', async () => {
    const { dispatch, settled, started, connected } = workstationOf(locked)
    await settled()
    dispatch({ type: 'sign-in-asked' })
    started[0]?.listener.lost()
    await goesOn()
    dispatch({ type: 'sign-in-cancelled' })
    await settled()
    expect([started.length, connected]).toEqual([2, [1, 2]])
  })
})

describe('a full sign-in behind the lock', () => {
  const withoutPin: Session = { ...locked, who: { ...physician, pin: 'unavailable' }, needsSignIn: true }

  it('asks for the PIN of a page that sends it to the next process: nothing is asked of the one that is being ended', async () => {
    const { dispatch, settled, started, told } = workstationOf(withoutPin)
    await settled()
    dispatch({ type: 'sign-in-asked' })
    told.length = 0
    dispatch({ type: 'signed-in', who: physician })
    // At once, however long it takes until the next one is there.
    expect([told, started[0]?.isEnded]).toEqual([['no records', 'locked, PIN set'], true])
    await settled()
    expect(told.filter((line) => line.includes('records'))).toEqual(['no records', 'records 2'])
    expect(started).toMatchObject([{ isEnded: true }, { state: 'locked', isEnded: false }])
  })

  it('is not opened by what the process before it comes to, late', async () => {
    const pin = door()
    const { dispatch, settled, session, started } = workstationOf(locked, { settled: pin.passed })
    await settled()
    started[0]?.listener.unlocked(opened)
    dispatch({ type: 'sign-in-asked' })
    dispatch({ type: 'signed-in', who: physician })
    await settled()
    pin.open()
    await goesOn()
    expect([session().state, started.length, started[1]?.isEnded]).toEqual(['locked', 2, false])
  })
})

describe('a right PIN that is through when the lock is not on the screen @164.312(a)(2)(iii)', () => {
  it('leaves no vault open behind the lock: what it opened is ended, and another asks for the PIN', async () => {
    const pin = door()
    const { dispatch, settled, session, started, connected } = workstationOf(locked, { settled: pin.passed })
    await settled()
    started[0]?.listener.unlocked(opened)
    dispatch({ type: 'sign-in-asked' })
    pin.open()
    await goesOn()
    expect(started[0]?.isEnded).toBe(true)
    dispatch({ type: 'sign-in-cancelled' })
    await settled()
    expect([session().state, connected]).toEqual(['locked', [1, 2]])
    expect(started[1]).toMatchObject({ userKey: 'abc', state: 'locked', isEnded: false })
    started[1]?.listener.unlocked(opened)
    await goesOn()
    expect([session().state, started.length, started[1]?.isEnded]).toEqual(['active', 2, false])
  })

  it('leaves none either where the PIN was voided meanwhile', async () => {
    const { dispatch, settled, session, started } = workstationOf(locked, { settled: Promise.reject(new ChartkeepError('pin-void', { triesLeft: 0 })) })
    await settled()
    started[0]?.listener.unlocked(opened)
    await goesOn()
    await settled()
    expect(session()).toMatchObject({ state: 'locked', failure: { kind: 'pin-void' } })
    expect(started.map(({ isEnded }) => isEnded)).toEqual([true, false])
    dispatch({ type: 'sign-out-asked' })
    await settled()
    expect(started.map(({ isEnded }) => isEnded)).toEqual([true, true])
  })
})

describe('a lock that replaces the whole process tree', () => {
  it('lets the refresh token that is being redeemed be kept first, for a second at most: its successor is in the answer, and nowhere else', async () => {
    const kept = door()
    const { dispatch, settled, restarts, waits } = workstationOf(active, { restarts: true, dropped: kept.passed })
    dispatch({ type: 'lock-asked', reason: 'manual' })
    await settled()
    await goesOn()
    expect([restarts(), waits.at(-1)]).toEqual([0, 1_000])
    kept.open()
    await goesOn()
    expect(restarts()).toBe(1)
  })

  it('waits for nothing where nothing is under way', async () => {
    const { dispatch, settled, restarts } = workstationOf(active, { restarts: true })
    dispatch({ type: 'lock-asked', reason: 'manual' })
    await settled()
    await goesOn()
    expect(restarts()).toBe(1)
  })
})

describe('a lock whose process dies again as soon as it stands', () => {
  it('gets another one all the same, after a pause: its PIN opens it', async () => {
    const { settled, started, connected, pausing } = workstationOf(locked)
    await settled()
    started[0]?.listener.lost()
    await settled()
    started[1]?.listener.lost()
    await settled()
    expect([started.length, pausing.asked()]).toEqual([2, [2_000]])
    await pausing.over()
    await settled()
    expect([started.length, connected]).toEqual([3, [1, 2, 3]])
    expect(started[2]).toMatchObject({ userKey: 'abc', state: 'locked', isEnded: false })
  })

  it('gets none beside the one that a sign-in has brought meanwhile, nor after the end of the session', async () => {
    const { dispatch, settled, started, pausing } = workstationOf(locked)
    await settled()
    started[0]?.listener.lost()
    await settled()
    started[1]?.listener.lost()
    dispatch({ type: 'sign-in-asked' })
    dispatch({ type: 'signed-in', who: physician })
    await settled()
    expect(started).toHaveLength(3)
    await pausing.over()
    await settled()
    expect([started.length, started[2]?.isEnded]).toEqual([3, false])
    dispatch({ type: 'sign-out-asked' })
    await settled()
    started[2]?.listener.lost()
    await pausing.over()
    await settled()
    expect(started).toHaveLength(3)
  })
})

describe('a right PIN at an EHR that sends no orders @164.312(a)(1)', () => {
  /** The PIN is typed, and proved at once; the EHR answers when the test says so. */
  async function typed(ask: () => Promise<Asked>) {
    const answer = door()
    const work = workstationOf(locked, { ask: () => answer.passed.then(ask) })
    await work.settled()
    await work.started[0]?.listener.keyPart('part-1')
    work.started[0]?.listener.unlocked(opened)
    await goesOn()
    expect(work.session().state).toBe('locked')
    answer.open()
    await goesOn()
    return work
  }

  it('opens once the EHR stands by its owner, or is not reached', async () => {
    expect((await typed(async () => ({ stands: true, useless: [] }))).session().state).toBe('active')
    expect((await typed(() => Promise.reject(new ChartkeepError('offline')))).session().state).toBe('active')
  })

  it('is not left half asked by the end of the application: a refresh token that is being spent is kept first', async () => {
    const answer = door()
    const { settled, started, close } = workstationOf(locked, { ask: () => answer.passed.then(() => ({ stands: true, useless: [] })) })
    await settled()
    await started[0]?.listener.keyPart('part-1')
    started[0]?.listener.unlocked(opened)
    await goesOn()
    let isClosed = false
    const closed = close().then(() => (isClosed = true))
    await goesOn()
    expect(isClosed).toBe(false)
    answer.open()
    await closed
  })

  it('opens nothing where it does not any more: what the PIN has opened is ended', async () => {
    const { session, settled, started } = await typed(() => Promise.reject(new ChartkeepError('unauthorized')))
    await settled()
    expect(session()).toMatchObject({ state: 'locked', reason: 'token-refused', needsSignIn: true })
    expect(started.map(({ isEnded }) => isEnded)).toEqual([true, false])
  })
})

describe('when somebody left their session', () => {
  it.each([['lock-asked', ['abc']], ['wipe-ordered', []]] as const)('is told after %s: %j, for of whoever is wiped nothing is written any more', async (type, told) => {
    const { dispatch, settled, session, left } = workstationOf(active)
    dispatch(type === 'lock-asked' ? { type, reason: 'manual' } : { type })
    await settled()
    expect([session().state, left]).toEqual([type === 'lock-asked' ? 'locked' : 'signedOut', told])
  })
})
