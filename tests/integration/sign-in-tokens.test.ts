import { describe, expect, it, vi } from 'vitest'
import type { AuthParts } from '../../electron/auth/index.ts'
import { refreshTokens } from '../../electron/vault/refresh-token.ts'
import { ChartkeepError } from '../../shared/errors.ts'
import { userWith } from './sandbox-client.ts'
import { api, authWith, failureOf, keychain, logged, never, noFolder, person, sandbox, transport } from './sign-in/client.ts'

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

  describe('whose successor the EHR has given, and nobody has kept', () => {
    /** The plug is pulled between the EHR's answer and the keychain: what was redeemed is what a restart finds. */
    async function cutOff(errand: (auth: ReturnType<typeof authWith>, userKey: string) => Promise<unknown>) {
      const { userKey } = await authWith(person()).signIn(undefined, never)
      const kept = refreshTokens(keychain, noFolder)
      const before = await kept.read(userKey)
      const given = vi.fn(() => new Promise<never>(() => undefined))
      void errand(authWith(person(), { refreshTokens: { ...kept, store: given } }), userKey)
      await vi.waitFor(() => expect(given).toHaveBeenCalled(), 10_000)
      expect(await kept.read(userKey)).toBe(before)
      return userKey
    }
    const errands = {
      'a token to work with': (auth: ReturnType<typeof authWith>, userKey: string) => auth.accessToken(userKey, false),
      'a token to report with': (auth: ReturnType<typeof authWith>, userKey: string) => auth.report(userKey, [{ id: 'of-a-test', json: '{}' }], false, never),
      'a question': (auth: ReturnType<typeof authWith>, userKey: string) => auth.ask(userKey, ['refresh'], never),
    }

    it.each(Object.entries(errands))('go on after a restart: killed over %s', async (_, errand) => {
      const userKey = await cutOff(errand)
      const restarted = authWith(person())
      expect(await api('Patient?_count=1', (await restarted.accessToken(userKey, false)).value)).toBe(200)
      expect(await failureOf(restarted.accessToken(userKey, true))).toBe('signed in')
    })

    it('go on when the network has lost the answer', async () => {
      let isLost = false
      const fetch: AuthParts['fetch'] = async (url, init) => {
        const response = await transport.fetch(url, init)
        if (isLost) throw new ChartkeepError('offline')
        return response
      }
      const auth = authWith(person(), { fetch })
      const { userKey } = await auth.signIn(undefined, never)
      isLost = true
      expect(await failureOf(auth.accessToken(userKey, true))).toBe('offline')
      isLost = false
      expect(await api('Patient?_count=1', (await auth.accessToken(userKey, true)).value)).toBe(200)
    })

    it('are over at an EHR that bears no second time, which is told as any end of a sign-in', async () => {
      sandbox.faults.set({ refreshReuse: 'never' })
      const userKey = await cutOff(errands['a token to work with'])
      expect(await failureOf(authWith(person()).accessToken(userKey, false))).toBe('unauthorized')
    })
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

  it('of who is here are left alone when the EHR is asked about another one, whose session waits', async () => {
    const waiting = await authWith(person('nurse')).signIn(undefined, never)
    const auth = authWith(person())
    const { userKey } = await auth.signIn(undefined, never)
    const { value } = await auth.accessToken(userKey, false)
    expect(await auth.ask(waiting.userKey, ['refresh'], never)).toMatchObject({ stands: true })
    expect((await auth.accessToken(userKey, false)).value).toBe(value)
  })

  describe('of one who is asked about when another comes', () => {
    /** The first is a nurse, whose refresh token has been redeemed: the answer is held until the test lets it go. */
    async function heldUp() {
      const first = await authWith(person('nurse')).signIn(undefined, never)
      const [spent, revoked, given] = [new Array<string>(), new Array<string>(), new Array<string>()]
      let letGo: () => void = () => undefined
      let held: Promise<void> | undefined
      const fetch: AuthParts['fetch'] = async (url, init) => {
        const response = await transport.fetch(url, init)
        const body = new URLSearchParams(init?.body?.toString())
        if (body.get('grant_type') === 'refresh_token') {
          spent.push(body.get('refresh_token') ?? '')
          given.push(((await response.clone().json()) as { refresh_token?: string }).refresh_token ?? '')
          await held
        } else if (body.has('token')) revoked.push(body.get('token') ?? '')
        return response
      }
      const auth = authWith(person(), { fetch })
      const second = await auth.signIn(undefined, never)
      held = new Promise((resolve) => (letGo = resolve))
      const asked = failureOf(auth.ask(first.userKey, ['refresh'], never))
      await vi.waitFor(() => expect(spent).toHaveLength(1))
      held = undefined
      return { auth, asked, first: first.userKey, second: second.userKey, spent, revoked, given, letGo: () => letGo() }
    }

    it('do not come back when they sign out before the answer: what it brings is kept nowhere, and revoked', async () => {
      const { auth, asked, first, second, revoked, given, letGo } = await heldUp()
      const { value } = await auth.accessToken(second, false)
      await auth.signOut(first)
      letGo()
      expect(await asked).toBe('locked')
      expect(await refreshTokens(keychain, noFolder).read(first)).toBeUndefined()
      expect(revoked).toContain(given[0])
      expect(await api('Patient?_count=1', value)).toBe(200)
      // Nor is the next sign-in touched by it.
      const again = authWith(person('nurse'))
      await again.signIn(first, never)
      expect(await failureOf(again.accessToken(first, true))).toBe('signed in')
    })

    it('are spent once when they come back before the answer', async () => {
      const { auth, asked, first, second, spent, given, letGo } = await heldUp()
      await auth.accessToken(second, false)
      const back = failureOf(auth.accessToken(first, false))
      letGo()
      expect([await asked, await back]).toEqual(['signed in', 'signed in'])
      // The other one's is good as it was: to ask about somebody takes nothing from who is here.
      expect([spent.length, spent[1]]).toEqual([2, given[0]])
      expect(await refreshTokens(keychain, noFolder).read(first)).toBe(given[1])
    })
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

  it('are worthless at the EHR once whoever was wiped is said to be gone; where it is not reached, that is said too, and soon', async () => {
    const { userKey } = await authWith(person()).signIn(undefined, never)
    const kept = refreshTokens(keychain, noFolder)
    const token = (await kept.read(userKey)) ?? ''
    await kept.remove(userKey)
    const unreached = authWith(person(), { fetch: (_url, init) => new Promise((_, reject) => init?.signal?.addEventListener('abort', () => reject(new ChartkeepError('cancelled')))) })
    const began = performance.now()
    expect(await unreached.revoke(token)).toBe(false)
    expect(performance.now() - began).toBeLessThan(4_000)
    expect(await authWith(person()).revoke(token)).toBe(true)
    await kept.store(userKey, token)
    expect(await failureOf(authWith(person()).accessToken(userKey, false))).toBe('unauthorized')
    expect(logged.join()).not.toContain(token)
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
