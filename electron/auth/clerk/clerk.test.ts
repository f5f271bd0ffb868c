import { describe, expect, it, vi } from 'vitest'
import { ChartkeepError, kindOf } from '../../../shared/errors.ts'
import { keychain, never, office, recordsPort, secret, token } from './office.testing.ts'

describe('an access token @164.312(d)', () => {
  it('goes to records, and never over the way to main', async () => {
    const { desk, crossed } = office({})
    const { came, port } = recordsPort()
    await desk.signIn(undefined, never)
    await desk.handOut('user-a', false, port)
    expect(came.map((text) => JSON.parse(text))).toEqual([token])
    expect(JSON.stringify(crossed)).not.toContain(secret)
  })

  it('is with nobody once records has it: the clerk is gone', async () => {
    const { desk, alive } = office({})
    await desk.signIn(undefined, never)
    expect(alive()).toBe(1)
    await desk.handOut('user-a', false, recordsPort().port)
    await vi.waitFor(() => expect(alive()).toBe(0))
  })

  it('keeps the clerk alive until records says that it has it: one that ended sooner would take it along', async () => {
    const { desk, alive } = office({})
    let arrive: () => void = () => undefined
    const onTheWay = new Promise<void>((resolve) => {
      arrive = resolve
    })
    await desk.signIn(undefined, never)
    const handing = desk.handOut('user-a', false, { handOver: () => onTheWay })
    await new Promise((resolve) => setImmediate(resolve))
    expect(alive()).toBe(1)
    arrive()
    await handing
    await vi.waitFor(() => expect(alive()).toBe(0))
  })

  it('of a sign-in that nobody came to use goes with the lock', async () => {
    const { desk, alive } = office({})
    await desk.signIn(undefined, never)
    desk.dropAccessToken()
    await vi.waitFor(() => expect(alive()).toBe(0))
  })

  it('that is being refreshed at the lock is waited for by who restarts the application, until its refresh token is kept, and no longer', async () => {
    let answer: () => void = () => undefined
    const refreshed = new Promise<void>((resolve) => (answer = resolve))
    const kept: string[] = []
    const { desk, alive } = office({ accessToken: () => refreshed.then(() => (kept.push('successor'), Promise.reject(new ChartkeepError('locked')))) })
    const given = desk.handOut('user-a', false, recordsPort().port).catch(kindOf)
    let isDropped = false
    desk.dropAccessToken()
    const dropped = desk.dropped().then(() => (isDropped = true))
    await new Promise((resolve) => setImmediate(resolve))
    expect(isDropped).toBe(false)
    answer()
    await dropped
    expect([kept, await given, alive()]).toEqual([['successor'], 'locked', 0])
    await desk.dropped()
  })

  it('that is being refreshed at the lock is not handed out, and its refresh token is kept', async () => {
    const refreshTokens = keychain()
    let answer: () => void = () => undefined
    const ehr = new Promise<void>((resolve) => {
      answer = resolve
    })
    let dropped = false
    const { desk, alive, mains } = office(
      {
        dropAccessToken: () => {
          dropped = true
        },
        accessToken: async () => {
          await ehr
          await mains().refreshTokens.store('user-a', 'rotated')
          if (dropped) throw new ChartkeepError('locked')
          return token
        },
      },
      { refreshTokens },
    )
    const { came, port } = recordsPort()
    const handing = desk.handOut('user-a', false, port).then(() => 'handed out', kindOf)
    desk.dropAccessToken()
    expect(alive()).toBe(1)
    await vi.waitFor(() => expect(dropped).toBe(true))
    answer()
    expect(await handing).toBe('locked')
    expect(came).toEqual([])
    expect(refreshTokens.kept.get('user-a')).toBe('rotated')
    await vi.waitFor(() => expect(alive()).toBe(0))
  })
})

describe('a clerk', () => {
  it('stays for what nobody waits for: the registration of the device', async () => {
    let registered: () => void = () => undefined
    const registering = new Promise<void>((resolve) => {
      registered = resolve
    })
    const { desk, alive } = office({ settled: () => registering })
    await desk.signIn(undefined, never)
    await desk.handOut('user-a', false, recordsPort().port)
    expect(alive()).toBe(1)
    registered()
    await vi.waitFor(() => expect(alive()).toBe(0))
  })

  it('is not let go while another errand is on its way to it', async () => {
    const { desk, clerks } = office({})
    const [first, second] = [recordsPort(), recordsPort()]
    await Promise.all([desk.handOut('user-a', false, first.port), desk.handOut('user-a', true, second.port)])
    expect([first.came.length, second.came.length]).toEqual([1, 1])
    expect(clerks).toHaveLength(1)
  })

  it('that crashes fails its errand, and the next errand finds another clerk', async () => {
    let stuck = true
    const { desk, clerks } = office({ accessToken: () => (stuck ? new Promise(() => undefined) : Promise.resolve(token)) })
    const lost = desk.handOut('user-a', false, recordsPort().port).then(() => 'handed out', kindOf)
    clerks[0]?.crash()
    expect(await lost).toBe('internal')
    stuck = false
    const { came, port } = recordsPort()
    await desk.handOut('user-a', false, port)
    expect(came).toHaveLength(1)
  })

  it('gives up a sign-in that the person cancelled', async () => {
    const cancel = new AbortController()
    const { desk } = office({ signIn: (_expect, signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new ChartkeepError('cancelled')))) })
    const signing = desk.signIn(undefined, cancel.signal).then(() => 'signed in', kindOf)
    await Promise.resolve()
    cancel.abort()
    expect(await signing).toBe('cancelled')
  })

  it('finds a refresh token again that the keychain did not take, until it takes it', async () => {
    const refreshTokens = keychain()
    refreshTokens.works = false
    refreshTokens.kept.set('user-a', 'spent')
    const { desk, mains } = office({}, { refreshTokens })
    await desk.signIn(undefined, never)
    expect(await mains().refreshTokens.store('user-a', 'newest').then(() => 'kept', kindOf)).toBe('keychain-locked')
    expect(await mains().refreshTokens.read('user-a')).toBe('newest')
    refreshTokens.works = true
    expect(await mains().refreshTokens.read('user-a')).toBe('newest')
    expect(refreshTokens.kept.get('user-a')).toBe('newest')
  })

  it('tells a failure by its kind, never by its words', async () => {
    const { desk, crossed } = office({ accessToken: () => Promise.reject(new Error(`the EHR said ${secret}`)) })
    expect(await desk.handOut('user-a', false, recordsPort().port).then(() => 'handed out', kindOf)).toBe('internal')
    expect(JSON.stringify(crossed)).not.toContain(secret)
  })
})
