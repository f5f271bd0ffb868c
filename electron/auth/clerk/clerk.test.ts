import { describe, it, expect, vi } from 'vitest'
import { ChartkeepError, kindOf } from '../../../shared/errors.ts'
import type { Auth, RefreshTokens, SignedInPerson } from '../index.ts'
import { type ClerkEnvironment, runClerk, type TokenPort } from './clerk.ts'
import { type ClerkListener, createDesk, type DeskParts } from './desk.ts'
import type { FromClerk, ToClerk } from './protocol.ts'

const person: SignedInPerson = {
  userKey: 'user-a',
  issuer: 'https://ehr.example/auth',
  sub: 'sub-a',
  user: { displayName: 'Dr A', role: 'physician' },
  permissions: ['chart:read'],
  fhirUser: 'Practitioner/a',
  authTime: 1,
}
const start = { fhirBase: 'https://ehr.example/fhir', clientId: 'c', way: 'in-app', deviceName: 'desk', mfa: { required: true, acr: [] }, reports: true, caPem: undefined, pins: [], proxy: undefined } as const
const secret = 'access-token-that-nobody-may-see'
const token = { value: secret, expiresAt: 1_000 }

/** A port to `records`, and what came over it. */
function recordsPort() {
  const came: string[] = []
  const port: TokenPort = { handOver: (text) => Promise.resolve(void came.push(text)) }
  return { came, port }
}

function keychain(): RefreshTokens & { readonly kept: Map<string, string>; works: boolean } {
  const kept = new Map<string, string>()
  const self = {
    kept,
    works: true,
    read: async (userKey: string) => kept.get(userKey),
    store: async (userKey: string, value: string) => {
      if (!self.works) throw new ChartkeepError('keychain-locked')
      kept.set(userKey, value)
    },
    remove: async (userKey: string) => void kept.delete(userKey),
  }
  return self
}

/** A desk and its clerks, with a channel between them that takes what a process boundary takes. */
function office(auth: Partial<Auth>, more: Partial<DeskParts<TokenPort>> = {}) {
  const crossed: (FromClerk | ToClerk)[] = []
  const clerks: { alive: boolean; crash(): void }[] = []
  const logged: string[] = []
  let mains: Parameters<ClerkEnvironment['openAuth']>[1] | undefined

  function hire(listener: ClerkListener) {
    let hear: (message: ToClerk, ports: readonly TokenPort[]) => void = () => undefined
    const clerk = {
      alive: true,
      crash: () => {
        clerk.alive = false
        listener.gone()
      },
    }
    clerks.push(clerk)
    const cross = <M extends FromClerk | ToClerk>(message: M, arrive: (copy: M) => void) => {
      crossed.push(message)
      const copy = structuredClone(message)
      queueMicrotask(() => clerk.alive && arrive(copy))
    }
    runClerk(
      {
        post: (message) => cross(message, (copy) => listener.message(copy)),
        onMessage: (listening) => {
          hear = listening
        },
      },
      {
        openAuth: (_start, given) => {
          mains = given
          return {
            signIn: async () => person,
            accessToken: async () => token,
            dropAccessToken: () => undefined,
            signOut: async () => undefined,
            report: async () => ({ taken: 0 }),
            ask: async () => ({ stands: true, useless: [] }),
            settled: async () => undefined,
            ...auth,
          }
        },
      },
    )
    const process = {
      post: (message: ToClerk, ports: readonly TokenPort[] = []) => cross(message, (copy) => hear(copy, ports)),
      end: async () => clerk.crash(),
    }
    process.post({ kind: 'start', start })
    return process
  }

  const desk = createDesk<TokenPort>({
    hire,
    way: { name: 'in-app', redirectUri: async () => 'http://127.0.0.1/callback', page: { open: async () => 'http://127.0.0.1/callback?code=c', close: () => undefined } },
    refreshTokens: keychain(),
    deviceKey: async () => undefined,
    keepUnlockSecret: async () => undefined,
    subjectOf: () => 'sub-a',
    log: { event: (name) => void logged.push(name), foreign: (name) => void logged.push(String(name)) },
    ...more,
  })
  const mainsPart = () => {
    if (!mains) throw new Error('no clerk was hired')
    return mains
  }
  return { desk, crossed, clerks, logged, mains: mainsPart, alive: () => clerks.filter((clerk) => clerk.alive).length }
}

const never = new AbortController().signal

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

describe('a report of what was done @164.312(b)', () => {
  const reports = [{ id: 'd.1.h', json: '{}' }, { id: 'd.2.h', json: '{}' }]

  it('under way at the lock is gone on with by a clerk that never held a token of the session', async () => {
    const asked: { readonly ids: readonly string[]; readonly isOpen: boolean }[] = []
    let isOpen = true
    const { desk, clerks, alive } = office({
      report: async (_user, sent, open, signal) => {
        asked.push({ ids: sent.map(({ id }) => id), isOpen: open })
        if (asked.length > 1) return { taken: sent.length }
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        return { taken: 1, failure: 'cancelled' }
      },
    })
    await desk.signIn(undefined, never)
    const reported = desk.report('user-a', reports, () => isOpen, never)
    await vi.waitFor(() => expect(asked).toHaveLength(1))
    isOpen = false
    desk.dropAccessToken()
    expect(await reported).toEqual({ taken: 2 })
    expect(asked).toEqual([{ ids: ['d.1.h', 'd.2.h'], isOpen: true }, { ids: ['d.2.h'], isOpen: false }])
    expect(clerks).toHaveLength(2)
    expect(alive()).toBe(1)
    desk.dropAccessToken()
    await vi.waitFor(() => expect(alive()).toBe(0))
  })

  it('under way at the lock is taken as far as it went, though the one who goes on cannot begin', async () => {
    let asked = 0
    const { desk } = office({
      report: async (_user, _sent, _open, signal) => {
        asked += 1
        if (asked > 1) throw new ChartkeepError('unauthorized')
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        return { taken: 1, failure: 'cancelled' }
      },
    })
    await desk.signIn(undefined, never)
    const reported = desk.report('user-a', reports, () => true, never)
    await vi.waitFor(() => expect(asked).toBe(1))
    desk.dropAccessToken()
    expect(await reported).toEqual({ taken: 1, failure: 'unauthorized' })
  })

  it('leaves the clerk there for the next one, and no longer than that', async () => {
    vi.useFakeTimers()
    try {
      const { desk, alive } = office({ report: async (_user, sent) => ({ taken: sent.length }) })
      expect(await desk.report('user-a', reports, () => true, never)).toEqual({ taken: 2 })
      await vi.advanceTimersByTimeAsync(19_000)
      expect(alive()).toBe(1)
      await vi.advanceTimersByTimeAsync(2_000)
      expect(alive()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })
})

describe('the question whether the EHR stands by a sign-in', () => {
  it('is asked while nobody has a token, says what came of it, and leaves no clerk behind', async () => {
    const asked: unknown[] = []
    const { desk, alive } = office({ ask: async (...of) => (asked.push(of.slice(0, 2)), { stands: false, useless: [{ way: 'introspection', why: 'refused' }] }) })
    expect(await desk.ask('user-a', ['introspection'], never)).toEqual({ stands: false, useless: [{ way: 'introspection', why: 'refused' }] })
    expect(asked).toEqual([['user-a', ['introspection']]])
    await vi.waitFor(() => expect(alive()).toBe(0))
  })

  it('is cut short by a lock, so that the clerk that may hold a token of the session goes', async () => {
    const { desk, alive } = office({ ask: (_user, _ways, signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new ChartkeepError('cancelled')))) })
    const asked = desk.ask('user-a', ['introspection'], never).then(() => 'told', kindOf)
    await Promise.resolve()
    desk.dropAccessToken()
    expect(await asked).toBe('cancelled')
    await vi.waitFor(() => expect(alive()).toBe(0))
  })

  it('fails by its kind, and a clerk that answers something else is not believed', async () => {
    const { desk } = office({ ask: () => Promise.reject(new ChartkeepError('unauthorized')) })
    expect(await desk.ask('user-a', ['refresh'], never).catch(kindOf)).toBe('unauthorized')
    expect(await office({}).desk.ask('user-a', ['refresh'], AbortSignal.abort()).catch(kindOf)).toBe('cancelled')
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
