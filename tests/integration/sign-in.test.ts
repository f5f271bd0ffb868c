import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type AuthParts, createAuth, inAppWay, type SignInPage, systemBrowserWay } from '../../electron/auth/index.ts'
import { createLog } from '../../electron/diagnostics/log.ts'
import { createTransport, type Transport } from '../../electron/transport/index.ts'
import { openDeviceKey } from '../../electron/vault/device-key.ts'
import { memoryKeychain } from '../../electron/vault/memory-keychain.ts'
import { refreshTokens } from '../../electron/vault/refresh-token.ts'
import { unlockSecret } from '../../electron/vault/unlock-secret.ts'
import { userKeyOf } from '../../electron/vault/user-key.ts'
import { assurances } from '../../sandbox/auth/assurance.ts'
import type { Sandbox } from '../../sandbox/server.ts'
import { permissions } from '../../shared/contract/index.ts'
import { ChartkeepError, kindOf } from '../../shared/errors.ts'
import { type Browser, openBrowser } from './sandbox-browser.ts'
import { asksForCode, smallSandbox, userWith } from './sandbox-client.ts'

/** For tokens that the keychain takes. */
const noFolder = '/nonexistent'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await smallSandbox()
})
afterAll(() => sandbox.close())

let transport: Transport
let browser: Browser
let logged: string[] = []
beforeEach(() => {
  transport = createTransport({ origins: [sandbox.baseUrl], caPem: sandbox.caPem, pins: [sandbox.pin], proxy: undefined })
  browser = openBrowser(sandbox.caPem)
  logged = []
})
afterEach(async () => {
  sandbox.faults.reset()
  sandbox.setClockSkew(0)
  await Promise.all([transport.close(), browser.close()])
})

/** A person in front of the sign-in page, who fills it in, or does what the test says. */
function person(role = 'physician', act: (answer: string) => string | Promise<string> = (answer) => answer): SignInPage & { pages: number } {
  const page = {
    pages: 0,
    open: async (url: string) => {
      let landing = await browser.open(url)
      if (landing.kind === 'page' && landing.body.includes('name="password"')) {
        page.pages += 1
        const { username, password } = userWith(sandbox, role)
        landing = await browser.submit(landing, { action: 'sign-in', username, password })
        if (landing.kind === 'page' && asksForCode(landing)) landing = await browser.submit(landing, { action: 'code', code: sandbox.codeOf(username)?.code ?? '' })
      }
      if (landing.kind !== 'callback') throw new ChartkeepError('cancelled')
      return act(landing.url.href)
    },
    close: () => undefined,
  }
  return page
}

const clock = { now: () => Date.now() }
const keychain = memoryKeychain()

function authWith(page: SignInPage, more: Partial<AuthParts> = {}) {
  return createAuth({
    fetch: (url, init) => transport.fetch(url, init),
    fhirBase: sandbox.fhirBase,
    clientId: 'chartkeep-desktop',
    way: inAppWay(page, 0),
    mfa: { required: false, acr: [] },
    reports: true,
    userKeyOf,
    clock,
    monotonic: () => performance.now(),
    log: createLog((line) => logged.push(line), clock),
    refreshTokens: refreshTokens(keychain, noFolder),
    deviceKey: () => openDeviceKey(keychain),
    deviceName: 'ward-3-desk',
    keepUnlockSecret: (secret) => unlockSecret(keychain).keep(secret),
    subjectOf: () => undefined,
    ...more,
  })
}

/** All that an account can have that opens charts. */
const treating = permissions.filter((permission) => permission !== 'audit:read' && !permission.startsWith('desk:'))

const never = new AbortController().signal
const failureOf = (work: Promise<unknown>) => work.then(() => 'signed in', kindOf)

async function api(path: string, token: string): Promise<number> {
  const reply = await transport.request({ method: 'GET', url: `${sandbox.fhirBase}/${path}`, headers: { authorization: `Bearer ${token}` } })
  return reply.status
}

describe('signing in to an EHR @164.312(d)', () => {
  it('gives a person, their permissions, and a token that the API takes', async () => {
    const auth = authWith(person())
    const who = await auth.signIn(undefined, never)
    const { name, practitioner } = userWith(sandbox, 'physician')
    expect(who).toMatchObject({ user: { displayName: name, role: 'physician' }, fhirUser: `Practitioner/${practitioner}`, permissions: expect.arrayContaining(['patient:search', 'chart:read', 'note:draft']), issuer: `${sandbox.baseUrl}/auth` })
    expect(Math.abs(who.authTime - Date.now())).toBeLessThan(10_000)
    const { value } = await auth.accessToken(who.userKey, false)
    expect(await api('Patient?_count=1', value)).toBe(200)
    await auth.signOut(who.userKey)
  })

  it('registers the workstation at the first sign-in, and again without harm', async () => {
    const registered = () => logged.filter((line) => line.includes('"device.')).map((line): { event: string; again?: boolean } => JSON.parse(line))
    const workstation = openDeviceKey(memoryKeychain())
    for (const again of [false, true]) {
      await authWith(person(), { deviceKey: () => workstation }).signIn(undefined, never)
      await vi.waitFor(() => expect(registered().at(-1)).toMatchObject({ event: 'device.registered', again }))
    }
  })

  it('gets the secret that the desk answers challenges under, another with each sign-in, in the keychain alone', async () => {
    const kept: string[] = []
    const before = logged.length
    for (const _ of [1, 2]) await authWith(person(), { keepUnlockSecret: async (secret) => void kept.push(secret) }).signIn(undefined, never)
    await vi.waitFor(() => expect(new Set(kept).size).toBe(2))
    for (const secret of kept) {
      expect(Buffer.from(secret, 'base64url')).toHaveLength(32)
      expect(logged.slice(before).join()).not.toContain(secret)
    }
  })

  it('keeps nobody out whose keychain does not take that secret', async () => {
    const auth = authWith(person(), { keepUnlockSecret: () => Promise.reject(new ChartkeepError('keychain-locked')) })
    await auth.signIn(undefined, never)
    await auth.settled()
    expect(logged.at(-1)).toContain('keychain-locked')
  })

  it('shows who a nurse and a front desk are, and offers a front desk no chart', async () => {
    expect(await authWith(person('nurse')).signIn(undefined, never)).toMatchObject({ user: { role: 'nurse' } })
    const desk = await authWith(person('front-desk')).signIn(undefined, never)
    expect(desk).toMatchObject({ user: { role: 'front-desk' }, permissions: ['patient:search'] })
    expect(logged.join()).toContain('"narrowed":true')
  })

  it('lets support in to the desk, with nothing that they may do to a patient', async () => {
    expect(await authWith(person('support')).signIn(undefined, never)).toMatchObject({ user: { role: 'support' }, permissions: ['desk:read', 'desk:order', 'desk:alerts'] })
  })

  it('lets compliance in to what was done, and to no patient', async () => {
    expect(await authWith(person('compliance')).signIn(undefined, never)).toMatchObject({ user: { role: 'compliance' }, permissions: ['audit:read'] })
  })

  it('lets a privacy officer find whose record it is and what was done with it, and open none', async () => {
    expect(await authWith(person('privacy')).signIn(undefined, never)).toMatchObject({ user: { role: 'privacy' }, permissions: ['patient:search', 'audit:read'] })
  })

  it('asks for the right to report, and goes on without where the EHR refuses the request for it, or drops it', async () => {
    const asked: string[] = []
    const honest = person()
    const strict: SignInPage = {
      open: async (url, options) => {
        const { searchParams } = new URL(url)
        asked.push(searchParams.get('scope') ?? '')
        if (!searchParams.get('scope')?.includes('AuditEvent')) return honest.open(url, options)
        const refusal = { error: 'invalid_scope', state: searchParams.get('state') ?? '', iss: `${sandbox.baseUrl}/auth` }
        return `${searchParams.get('redirect_uri') ?? ''}?${new URLSearchParams(refusal).toString()}`
      },
      close: () => undefined,
    }
    const who = await authWith(strict).signIn(undefined, never)
    expect(who.permissions).toContain('chart:read')
    expect(asked.map((scope) => scope.split(' ').filter((each) => each.includes('AuditEvent')))).toEqual([['user/AuditEvent.rs', 'user/AuditEvent.c'], ['user/AuditEvent.rs'], []])
    expect(logged.join()).toContain('sign-in.scope-refused')
    sandbox.faults.set({ withheld: ['AuditEvent'] })
    expect((await authWith(person()).signIn(undefined, never)).permissions).toEqual(who.permissions)
    expect(logged.join()).not.toContain('"narrowed":true')
  })

  it('works in the system browser, over a loopback address', async () => {
    const way = systemBrowserWay({
      redirectPort: 0,
      openExternal: async (url) => {
        const answer = await person().open(url, { isRedirect: () => false, allowOrigin: [] })
        await fetch(answer)
      },
    })
    expect(await failureOf(authWith(person(), { way }).signIn(undefined, never))).toBe('signed in')
  })

  it('works where only one registered port is taken, if policy names it', async () => {
    sandbox.faults.set({ redirectPorts: 'fixed' })
    expect(await failureOf(authWith(person(), { way: inAppWay(person(), 47_213) }).signIn(undefined, never))).toBe('signed in')
    expect(await failureOf(authWith(person()).signIn(undefined, never))).not.toBe('signed in')
  })

  it.each([{ fhirUser: 'relative' }, { fhirUser: 'as-profile' }, { scopes: 'v1' }, { scopes: 'unsaid' }] as const)('bears what real servers do: %o', async (fault) => {
    sandbox.faults.set(fault)
    const who = await authWith(person()).signIn(undefined, never)
    expect(new Set(who.permissions)).toEqual(new Set(treating))
    expect(who.fhirUser).toBe(`Practitioner/${userWith(sandbox, 'physician').practitioner}`)
  })
})

describe('an EHR that grants less than was asked @164.312(a)(2)(i)', () => {
  it('gives a person the parts of the chart that were granted, and no other', async () => {
    sandbox.faults.set({ withheld: ['Observation', 'Flag'] })
    const who = await authWith(person()).signIn(undefined, never)
    expect(treating.filter((permission) => !who.permissions.includes(permission))).toEqual(['section:flags', 'section:vitals', 'section:laboratory'])
    expect(logged.join()).toContain('"narrowed":true')
  })

  it('and says so in v1 as well', async () => {
    sandbox.faults.set({ withheld: ['Condition'], scopes: 'v1' })
    const who = await authWith(person()).signIn(undefined, never)
    expect(treating.filter((permission) => !who.permissions.includes(permission))).toEqual(['section:problems'])
    expect(logged.join()).toContain('"legacyScopes":true')
  })
})

describe('a policy that asks for two factors @164.312(d) @170.315(d)(13)', () => {
  const byLevel = { required: true, acr: [assurances.mfa.acr] }
  const byMethods = { required: true, acr: [] }

  it('asks the EHR for them, and lets in who gave them', async () => {
    const who = await authWith(person(), { mfa: byLevel }).signIn(undefined, never)
    expect(who.user.role).toBe('physician')
    expect(await failureOf(authWith(person('privacy'), { mfa: byMethods }).signIn(undefined, never))).toBe('signed in')
  })

  it('refuses who has none, and says which it is', async () => {
    expect(await failureOf(authWith(person('nurse'), { mfa: byLevel }).signIn(undefined, never))).toBe('sign-in-mfa')
  })

  it('refuses who signed in with a password alone, at an EHR that was not asked for more or does not listen; what was granted is revoked', async () => {
    let token = ''
    const seen: AuthParts['fetch'] = async (url, init) => {
      const response = await transport.fetch(url, init)
      if (String(url).endsWith('/token')) token = await tokenIn(response.clone())
      return response
    }
    expect(await failureOf(authWith(person(), { mfa: byMethods, fetch: seen }).signIn(undefined, never))).toBe('sign-in-mfa')
    expect(token).not.toBe('')
    expect(await api('Patient?_count=1', token)).toBe(401)
    // A page that leaves the wish out of the address, as a server would that does not know it.
    const deaf = person()
    const open: SignInPage['open'] = (url, rules) => deaf.open(url.replace(/&acr_values=[^&]*/, ''), rules)
    expect(await failureOf(authWith({ ...deaf, open }, { mfa: byLevel }).signIn(undefined, never))).toBe('sign-in-mfa')
  })
})

describe('an EHR that signs with another algorithm, named in its OpenID configuration alone', () => {
  it('is believed, at sign-in and at refresh', async () => {
    sandbox.faults.set({ idTokenAlgorithm: 'ES384' })
    const auth = authWith(person())
    const { userKey } = await auth.signIn(undefined, never)
    expect(await failureOf(auth.accessToken(userKey, true))).toBe('signed in')
  })

  it('is not believed by who was told another', async () => {
    const told: AuthParts['fetch'] = async (url, init) => {
      const response = await transport.fetch(url, init)
      if (!String(url).endsWith('openid-configuration')) return response
      const document: Record<string, unknown> = await response.json()
      return Response.json({ ...document, id_token_signing_alg_values_supported: ['RS256'] })
    }
    sandbox.faults.set({ idTokenAlgorithm: 'ES384' })
    expect(await failureOf(authWith(person(), { fetch: told }).signIn(undefined, never))).toBe('sign-in-mismatch')
  })
})

describe('the person who signs in', () => {
  it('is asked again though the browser holds a live cookie of another', async () => {
    await authWith(person('physician')).signIn(undefined, never)
    expect(browser.cookies()).toContain('sandbox_session')
    const nurse = person('nurse')
    const who = await authWith(nurse).signIn(undefined, never)
    expect(nurse.pages).toBe(1)
    expect(who.user.displayName).toBe(userWith(sandbox, 'nurse').name)
  })

  it('is refused where a server lets the cookie of another pass, and what was granted is revoked', async () => {
    sandbox.faults.set({ idToken: 'old-auth-time' })
    let token = ''
    const seen: AuthParts['fetch'] = async (url, init) => {
      const response = await transport.fetch(url, init)
      if (String(url).endsWith('/token')) token = await tokenIn(response.clone())
      return response
    }
    expect(await failureOf(authWith(person(), { fetch: seen }).signIn(undefined, never))).toBe('sign-in-stale')
    sandbox.faults.reset()
    expect(token).not.toBe('')
    expect(await api('Patient?_count=1', token)).toBe(401)
  })

  it('must be the one who locked', async () => {
    const who = await authWith(person('physician')).signIn(undefined, never)
    expect(await failureOf(authWith(person('physician')).signIn(who.userKey, never))).toBe('signed in')
    expect(await failureOf(authWith(person('nurse')).signIn(who.userKey, never))).toBe('sign-in-other-user')
  })

  it('may say no', async () => {
    const page: SignInPage = {
      open: async (url) => {
        const landing = await browser.open(url)
        if (landing.kind !== 'page') throw new ChartkeepError('internal')
        const answer = await browser.submit(landing, { action: 'cancel' })
        return answer.url.href
      },
      close: () => undefined,
    }
    expect(await failureOf(authWith(page).signIn(undefined, never))).toBe('sign-in-declined')
  })

  it('may give up at any time', async () => {
    const controller = new AbortController()
    let reject: (error: ChartkeepError) => void = () => undefined
    const page: SignInPage = {
      open: () => {
        setImmediate(() => controller.abort())
        return new Promise((_, no) => {
          reject = no
        })
      },
      close: () => reject(new ChartkeepError('cancelled')),
    }
    expect(await failureOf(authWith(page).signIn(undefined, controller.signal))).toBe('cancelled')
    const early = new AbortController()
    early.abort()
    expect(await failureOf(authWith(person()).signIn(undefined, early.signal))).toBe('cancelled')
  })
})

describe('a sign-in that is given up in the last moment', () => {
  it('leaves nothing behind, here or at the EHR', async () => {
    const controller = new AbortController()
    const store = refreshTokens(memoryKeychain(), noFolder)
    const kept: string[] = []
    const auth = authWith(person(), {
      refreshTokens: {
        ...store,
        store: async (userKey, token) => {
          await store.store(userKey, token)
          kept.push(userKey, token)
          controller.abort()
        },
      },
    })
    expect(await failureOf(auth.signIn(undefined, controller.signal))).toBe('cancelled')
    const [userKey = '', token = ''] = kept
    expect(await store.read(userKey)).toBeUndefined()
    await store.store(userKey, token)
    expect(await failureOf(authWith(person(), { refreshTokens: store }).accessToken(userKey, false))).toBe('unauthorized')
  })
})

describe('an answer that is not what was asked for', () => {
  const changed = (change: (url: URL) => void) => person('physician', (answer) => {
    const url = new URL(answer)
    change(url)
    return url.href
  })

  it.each([
    ['another state', (url: URL) => url.searchParams.set('state', 'forged')],
    ['no state', (url: URL) => url.searchParams.delete('state')],
    ['another issuer', (url: URL) => url.searchParams.set('iss', 'https://impostor.example/auth')],
    ['no issuer, where the server said it would name it', (url: URL) => url.searchParams.delete('iss')],
    ['no code', (url: URL) => url.searchParams.delete('code')],
    ['another host', (url: URL) => void (url.host = '127.0.0.2')],
    ['another path', (url: URL) => void (url.pathname = '/callback2')],
  ])('is refused: %s', async (_, change) => {
    expect(await failureOf(authWith(changed(change)).signIn(undefined, never))).toBe('sign-in-mismatch')
  })

  // Every other switch, one by one, is in client-faults.test.ts.
  it.each([
    [{ network: 'cut' }, 'offline'],
    [{ certificate: 'foreign' }, 'untrusted-certificate'],
  ] as const)('is told apart: %o is %s', async (fault, kind) => {
    sandbox.faults.set(fault)
    expect(await failureOf(authWith(person()).signIn(undefined, never))).toBe(kind)
  })

  /** The token endpoint's answer, as a hostile server would have it. */
  function spoiling(spoil: (answer: Record<string, unknown>) => Record<string, unknown>): AuthParts['fetch'] {
    return async (url, init) => {
      const response = await transport.fetch(url, init)
      if (!String(url).endsWith('/token')) return response
      const answer: Record<string, unknown> = await response.json()
      return Response.json(spoil(answer))
    }
  }
  const jwt = (idToken: unknown) => String(idToken).split('.')
  const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

  it.each([
    ['without an ID token', (answer: Record<string, unknown>) => ({ ...answer, id_token: undefined })],
    ['whose ID token nobody signed', (answer: Record<string, unknown>) => ({ ...answer, id_token: `${base64url({ alg: 'none' })}.${jwt(answer['id_token'])[1]}.` })],
    ['whose ID token is signed with what everybody knows', (answer: Record<string, unknown>) => ({ ...answer, id_token: `${base64url({ alg: 'HS256' })}.${jwt(answer['id_token'])[1]}.AAAA` })],
    ['whose ID token names an algorithm that was not announced', (answer: Record<string, unknown>) => ({ ...answer, id_token: `${base64url({ alg: 'PS512' })}.${jwt(answer['id_token'])[1]}.AAAA` })],
    ['whose ID token is signed by a key that the EHR does not publish', (answer: Record<string, unknown>) => ({ ...answer, id_token: `${base64url({ alg: 'RS256', kid: 'mine' })}.${jwt(answer['id_token'])[1]}.AAAA` })],
    ['whose ID token is no token', (answer: Record<string, unknown>) => ({ ...answer, id_token: 'a.b' })],
    ['whose access token is of a kind that cannot be used', (answer: Record<string, unknown>) => ({ ...answer, token_type: 'mac' })],
    ['whose access token is missing', (answer: Record<string, unknown>) => ({ ...answer, access_token: undefined })],
    ['whose life ends before it begins', (answer: Record<string, unknown>) => ({ ...answer, expires_in: -1 })],
  ])('is refused: a token answer %s', async (_, spoil) => {
    expect(await failureOf(authWith(person(), { fetch: spoiling(spoil) }).signIn(undefined, never))).toMatch(/^sign-in-mismatch$|^malformed$/)
  })

  it('is refused: a grant that lets the person do nothing', async () => {
    const fetch = spoiling((answer) => ({ ...answer, scope: 'openid fhirUser' }))
    expect(await failureOf(authWith(person(), { fetch }).signIn(undefined, never))).toBe('sign-in-role')
  })

  it('is refused: a code that was redeemed before', async () => {
    let first = ''
    await authWith(person('physician', (answer) => (first = answer))).signIn(undefined, never)
    const replay = person('physician', (answer) => {
      const url = new URL(answer)
      url.searchParams.set('code', new URL(first).searchParams.get('code') ?? '')
      return url.href
    })
    expect(await failureOf(authWith(replay).signIn(undefined, never))).toBe('sign-in-expired')
  })

  it('is of no use to who has the code without the verifier', async () => {
    const withoutVerifier: AuthParts['fetch'] = (url, init) => {
      if (!String(url).endsWith('/token') || !(init?.body instanceof URLSearchParams)) return transport.fetch(url, init)
      const body = new URLSearchParams(init.body)
      body.delete('code_verifier')
      return transport.fetch(url, { ...init, body })
    }
    expect(await failureOf(authWith(person(), { fetch: withoutVerifier }).signIn(undefined, never))).toBe('sign-in-expired')
  })

  it.each([-3_600, -120, 120, 3_600])('names the clock when it is %d seconds off', async (seconds) => {
    sandbox.setClockSkew(seconds)
    expect(await failureOf(authWith(person()).signIn(undefined, never))).toBe('sign-in-clock')
  })

  it('bears a clock that is half a minute off, either way', async () => {
    for (const seconds of [-30, 30]) {
      sandbox.setClockSkew(seconds)
      expect(await failureOf(authWith(person()).signIn(undefined, never))).toBe('signed in')
    }
  })

  it('is refused: a certificate outside the pins, of an authority that is trusted', async () => {
    sandbox.faults.set({ certificate: 'foreign' })
    const trusting = createTransport({ origins: [sandbox.baseUrl], caPem: sandbox.caPem + sandbox.foreignCaPem, pins: [sandbox.pin], proxy: undefined })
    expect(await failureOf(authWith(person(), { fetch: (url, init) => trusting.fetch(url, init) }).signIn(undefined, never))).toBe('untrusted-certificate')
    await trusting.close()
  })

  it('is refused: a redirect of a token request to another host', async () => {
    const redirected: AuthParts['fetch'] = (url, init) => (String(url).endsWith('/token') ? Promise.reject(new ChartkeepError('redirected')) : transport.fetch(url, init))
    expect(await failureOf(authWith(person(), { fetch: redirected }).signIn(undefined, never))).toBe('redirected')
  })
})

describe('the tokens of a session', () => {
  it('are refreshed once for twenty who ask at once, and the new one is taken', async () => {
    const auth = authWith(person())
    const { userKey } = await auth.signIn(undefined, never)
    const first = await auth.accessToken(userKey, false)
    const all = await Promise.all(Array.from({ length: 20 }, () => auth.accessToken(userKey, true)))
    const values = new Set(all.map((token) => token.value))
    expect(values.size).toBe(1)
    expect(values.has(first.value)).toBe(false)
    expect(await api('Patient?_count=1', [...values].join())).toBe(200)
    expect(logged.filter((line) => line.includes('token.refreshed'))).toHaveLength(1)
  })

  it.each(['id-token-without-audience', 'without-id-token', 'without-refresh-token'] as const)('bear what real servers answer to a refresh, time and again: %s', async (refreshAnswer) => {
    const auth = authWith(person())
    const { userKey } = await auth.signIn(undefined, never)
    sandbox.faults.set({ refreshAnswer })
    const values = new Set<string>()
    for (let refresh = 0; refresh < 3; refresh += 1) values.add((await auth.accessToken(userKey, true)).value)
    expect(values.size).toBe(3)
    expect(await api('Patient?_count=1', [...values].at(-1) ?? '')).toBe(200)
    // What is in the keychain is the refresh token that counts: a restart finds it.
    expect(await failureOf(authWith(person()).accessToken(userKey, false))).toBe('signed in')
  })

  it('are not taken from a refresh that answers for another person', async () => {
    const auth = authWith(person())
    const { userKey } = await auth.signIn(undefined, never)
    sandbox.faults.set({ idToken: 'wrong-subject' })
    expect(await failureOf(auth.accessToken(userKey, true))).toBe('unauthorized')
  })

  it('come back after a restart, from the keychain alone', async () => {
    const { userKey } = await authWith(person()).signIn(undefined, never)
    const restarted = authWith(person())
    expect(await api('Patient?_count=1', (await restarted.accessToken(userKey, false)).value)).toBe(200)
  })

  it('tell an EHR that is not reached from a session that is over there', async () => {
    const auth = authWith(person())
    const { userKey } = await auth.signIn(undefined, never)
    sandbox.faults.set({ network: 'cut' })
    expect(await failureOf(auth.accessToken(userKey, true))).toBe('offline')
    sandbox.faults.reset()
    sandbox.faults.set({ tokenEndpoint: 'server-error' })
    expect(await failureOf(auth.accessToken(userKey, true))).toBe('server')
    sandbox.faults.reset()
    expect(await failureOf(auth.accessToken(userKey, true))).toBe('signed in')
    sandbox.expireTokens('refresh')
    expect(await failureOf(auth.accessToken(userKey, true))).toBe('unauthorized')
  })

  it('are over with the next refresh when the EHR bars the person', async () => {
    const auth = authWith(person('nurse'))
    const { userKey } = await auth.signIn(undefined, never)
    const { username } = userWith(sandbox, 'nurse')
    sandbox.revokeUser(username)
    expect(await failureOf(auth.accessToken(userKey, true))).toBe('unauthorized')
    sandbox.reinstateUser(username)
  })

  it('are both worthless after a sign-out', async () => {
    const auth = authWith(person())
    const { userKey } = await auth.signIn(undefined, never)
    const { value } = await auth.accessToken(userKey, false)
    const kept = await refreshTokens(keychain, noFolder).read(userKey)
    await auth.signOut(userKey)
    expect(await api('Patient?_count=1', value)).toBe(401)
    expect(await refreshTokens(keychain, noFolder).read(userKey)).toBeUndefined()
    expect(logged.join('\n')).toContain('"access":true,"refresh":true')
    await refreshTokens(keychain, noFolder).store(userKey, kept ?? '')
    expect(await failureOf(authWith(person()).accessToken(userKey, false))).toBe('unauthorized')
  })

  it('of who is here are left alone when another one, whose session waited, is signed out', async () => {
    const waiting = await authWith(person('nurse')).signIn(undefined, never)
    const auth = authWith(person())
    const { userKey } = await auth.signIn(undefined, never)
    const { value } = await auth.accessToken(userKey, false)
    await auth.signOut(waiting.userKey)
    expect(await refreshTokens(keychain, noFolder).read(waiting.userKey)).toBeUndefined()
    expect((await auth.accessToken(userKey, false)).value).toBe(value)
    expect(await api('Patient?_count=1', value)).toBe(200)
  })

  it('are forgotten at sign-out though the EHR is not reached', async () => {
    const auth = authWith(person())
    const { userKey } = await auth.signIn(undefined, never)
    sandbox.faults.set({ network: 'cut' })
    await auth.signOut(userKey)
    expect(logged.join('\n')).toContain('"access":false,"refresh":false')
    expect(await refreshTokens(keychain, noFolder).read(userKey)).toBeUndefined()
  })

  it('are forgotten at sign-out within three seconds though the EHR never answers', async () => {
    let hangs = false
    const slow: AuthParts['fetch'] = (url, init) =>
      hangs ? new Promise((_, reject) => init?.signal?.addEventListener('abort', () => reject(new ChartkeepError('cancelled')))) : transport.fetch(url, init)
    const auth = authWith(person(), { fetch: slow })
    const { userKey } = await auth.signIn(undefined, never)
    hangs = true
    const began = performance.now()
    await auth.signOut(userKey)
    expect(performance.now() - began).toBeLessThan(4_000)
    expect(await refreshTokens(keychain, noFolder).read(userKey)).toBeUndefined()
  })

  it('and what a person typed are in no line of the log', async () => {
    const auth = authWith(person())
    const { userKey } = await auth.signIn(undefined, never)
    const { value } = await auth.accessToken(userKey, true)
    await auth.signOut(userKey)
    const { username, password, name } = userWith(sandbox, 'physician')
    for (const secret of [value, username, password, name, userKey, sandbox.baseUrl]) expect(logged.join('\n')).not.toContain(secret)
    expect(logged.length).toBeGreaterThan(3)
  })
})

async function tokenIn(response: Response): Promise<string> {
  const { access_token: token }: { access_token?: string } = await response.json()
  return token ?? ''
}
