import { describe, expect, it } from 'vitest'
import { createLog } from '../diagnostics/log.ts'
import type { Session } from '../session/machine.ts'
import { memoryKeychain } from '../vault/memory-keychain.ts'
import { carryOutPending } from './at-start.ts'
import { carryOut, type Hands } from './carry-out.ts'
import { liveHands } from './hands.ts'
import type { Journal, Kept } from './journal.ts'
import { leftAfter } from './left.ts'
import type { Order } from './order.ts'
import { createStandings } from './standing.ts'

const nurse = 'a'.repeat(26)
const log = createLog(() => undefined, { now: () => 0 })
const locked = () => Promise.reject(new Error('locked'))
const order = (kind: Order['kind'], jti: string = kind): Order => ({ jti, kind, userKey: nurse })

function handsOf(did: string[], more: Partial<Hands> = {}): Hands {
  const act = (what: string) => async () => void did.push(what)
  return {
    whoIsHere: () => nurse, waiting: async () => [nurse], lock: () => undefined, signOut: async (userKey) => void did.push(`sign-out ${userKey}`), lockOut: act('lock-out'), liftLockOut: () => undefined, requireSignIn: act('require-sign-in'),
    resetPin: act('reset-pin'), wipe: act('wipe'), kept: async () => [nurse], say: async () => undefined, saySignedOut: act('say signed out'), ...more,
  }
}

/** The keyring of a desktop that is locked. */
const lockedStandings = () => createStandings({ ...memoryKeychain(), set: locked, delete: locked })

describe('an order while the keychain fails', () => {
  it.each([['disable-user', 'lock-out'], ['require-sign-in', 'require-sign-in']] as const)('to %s ends the session all the same, and is said to have failed', async (kind, what) => {
    const did: string[] = []
    expect(await carryOut({ hands: handsOf(did), standings: lockedStandings(), log })(order(kind))).toBe('failed')
    expect(did).toEqual([what])
  })

  it('to reset a PIN ends the session of who is here', async () => {
    const sent: string[] = []
    const hands = liveHands({ session: () => ({ state: 'lockedOut', epoch: 1, userKey: nurse }), dispatch: ({ type }) => void sent.push(type), settled: async () => undefined, say: async () => undefined, saySignedOut: async () => undefined, wipe: locked, voidPin: locked, waiting: async () => [], signOutWaiting: async () => undefined, reviewWaiting: async () => undefined, vaults: '/nowhere', audit: { announce: async () => undefined, tell: () => undefined }, newCorrelation: () => 'x' })
    await expect(hands.resetPin(nurse)).rejects.toThrow('locked')
    expect(sent).toEqual(['pin-reset'])
  })

  it('is left for the next start, which carries it out', async () => {
    let kept: Kept = { seen: [], pending: [order('disable-user')] }
    const journal: Journal = { current: () => kept, change: async (to) => void (kept = to(kept)) }
    const start = async (standings: ReturnType<typeof createStandings>) => {
      const { done, recorded } = await carryOutPending({ journal, standings, hands: handsOf([]), log, tell: () => undefined })
      await recorded()
      return done
    }
    expect(await start(lockedStandings())).toMatchObject([{ result: 'failed' }])
    expect(kept.pending).toHaveLength(1)
    const standings = createStandings(memoryKeychain())
    expect(await start(standings)).toMatchObject([{ result: 'done' }])
    expect([kept.pending, await standings.of(nurse)]).toEqual([[], 'out'])
  })
})

describe('an order while the keychain hangs', () => {
  it.each([['disable-user', 'lock-out'], ['require-sign-in', 'require-sign-in']] as const)('to %s darkens the screen before it has answered', async (kind, what) => {
    const did: string[] = []
    const never = () => new Promise<never>(() => {})
    const hanging = createStandings({ ...memoryKeychain(), get: never, set: never })
    void carryOut({ hands: handsOf(did), standings: hanging, log })(order(kind))
    await new Promise((resolve) => setImmediate(resolve))
    expect(did).toEqual([what])
  })

  it('to reset a PIN darkens the screen before it has answered', () => {
    const sent: string[] = []
    const hands = liveHands({ session: () => ({ state: 'lockedOut', epoch: 1, userKey: nurse }), dispatch: ({ type }) => void sent.push(type), settled: async () => undefined, say: async () => undefined, saySignedOut: async () => undefined, wipe: locked, voidPin: () => new Promise(() => {}), waiting: async () => [], signOutWaiting: async () => undefined, reviewWaiting: async () => undefined, vaults: '/nowhere', audit: { announce: async () => undefined, tell: () => undefined }, newCorrelation: () => 'x' })
    void hands.resetPin(nurse)
    expect(sent).toEqual(['pin-reset'])
  })
})

describe('an order to sign out where sessions wait beside each other @164.312(a)(2)(iii)', () => {
  const [physician, clerk] = ['b'.repeat(26), 'c'.repeat(26)]
  const waiting = async () => [nurse, physician, clerk]
  const sent = (userKey?: string): Order => ({ jti: 'sign-out', kind: 'sign-out', ...(userKey === undefined ? {} : { userKey }) })
  const standings = createStandings(memoryKeychain())

  it('ends the one of the person whom it names, who waits; not that on the screen', async () => {
    const did: string[] = []
    expect(await carryOut({ hands: handsOf(did, { waiting }), standings, log })(sent(physician))).toBe('done')
    expect(did).toEqual([`sign-out ${physician}`])
    expect(await carryOut({ hands: handsOf([], { waiting }), standings, log })(sent('d'.repeat(26)))).toBe('not-for-here')
  })

  it('ends all where it names nobody, that on the screen first', async () => {
    const did: string[] = []
    expect(await carryOut({ hands: handsOf(did, { waiting }), standings, log })(sent())).toBe('done')
    expect(did).toEqual(['say signed out', ...[nurse, physician, clerk].map((each) => `sign-out ${each}`)])
  })

  it('ends the others too where one cannot be ended, and is said to have failed', async () => {
    const did: string[] = []
    const signOut = async (userKey: string) => {
      if (userKey === physician) throw new Error('locked')
      did.push(userKey)
    }
    expect(await carryOut({ hands: handsOf(did, { waiting, signOut }), standings, log })(sent())).toBe('failed')
    expect(did).toEqual(['say signed out', nurse, clerk])
  })

  it('ends that on the screen where it cannot be known who waits, and is said to have failed', async () => {
    const did: string[] = []
    expect(await carryOut({ hands: handsOf(did, { waiting: locked }), standings, log })(sent())).toBe('failed')
    expect(did).toEqual(['say signed out', `sign-out ${nurse}`])
  })
})

describe('an order to disable somebody where sessions wait beside each other @164.312(a)(2)(iii)', () => {
  const live = (session: () => Session, did: string[], meanwhile = (): void => undefined) =>
    liveHands({ session, dispatch: ({ type }) => void did.push(type), settled: async () => undefined, say: async () => undefined, saySignedOut: async () => undefined, wipe: async () => undefined, voidPin: locked, waiting: async () => [], signOutWaiting: async () => undefined, vaults: '/nowhere', audit: { announce: async () => undefined, tell: () => undefined }, newCorrelation: () => 'x',
      reviewWaiting: async (gone) => {
        did.push(`offered no more: ${gone}`)
        meanwhile()
      },
    })
  const standings = createStandings(memoryKeychain())

  it('who waits is offered no more, though the session on the screen is another one’s', async () => {
    const did: string[] = []
    const hands = live(() => ({ state: 'signedOut', epoch: 1 }), did)
    expect(await carryOut({ hands, standings, log })(order('disable-user'))).toBe('done')
    expect(did).toEqual([`offered no more: ${nurse}`])
    await hands.wipe(nurse)
    expect(did).toEqual([`offered no more: ${nurse}`, `offered no more: ${nurse}`])
  })

  it('who is chosen on the screen just then goes from it', async () => {
    const did: string[] = []
    let session: Session = { state: 'signedOut', epoch: 1 }
    const hands = live(() => session, did, () => void (session = { state: 'lockedOut', epoch: 2, userKey: nurse }))
    expect(await carryOut({ hands, standings, log })(order('disable-user'))).toBe('done')
    expect(did).toEqual([`offered no more: ${nurse}`, 'lock-out-ordered'])
  })
})

describe('what is left of the orders', () => {
  it('is not an earlier one whose opposite was carried out since', () => {
    const [on, off] = [order('enable-user'), order('disable-user')]
    expect(leftAfter([on, off], off, 'done')).toEqual([])
    expect(leftAfter([off, on], on, 'done')).toEqual([])
    // The later one is still to come.
    expect(leftAfter([on, off], on, 'done')).toEqual([off])
    expect(leftAfter([on, off], off, 'failed')).toEqual([on, off])
  })

  it('is never a wipe that failed: it would destroy what was written since', () => {
    expect(leftAfter([order('wipe')], order('wipe'), 'failed')).toEqual([])
  })
})
