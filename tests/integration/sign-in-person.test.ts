import { describe, expect, it } from 'vitest'
import type { AuthParts, SignInPage } from '../../electron/auth/index.ts'
import { createTransport } from '../../electron/transport/index.ts'
import { memoryKeychain } from '../../electron/vault/memory-keychain.ts'
import { refreshTokens } from '../../electron/vault/refresh-token.ts'
import { ChartkeepError } from '../../shared/errors.ts'
import { userWith } from './sandbox-client.ts'
import { api, authWith, browser, failureOf, never, noFolder, person, sandbox, tokenIn, transport } from './sign-in/client.ts'

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
