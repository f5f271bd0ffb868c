import { describe, expect, it, vi } from 'vitest'
import { type AuthParts, inAppWay, type SignInPage, systemBrowserWay } from '../../electron/auth/index.ts'
import { openDeviceKey } from '../../electron/vault/device-key.ts'
import { memoryKeychain } from '../../electron/vault/memory-keychain.ts'
import { assurances } from '../../sandbox/auth/assurance.ts'
import { ChartkeepError } from '../../shared/errors.ts'
import { userWith } from './sandbox-client.ts'
import { api, authWith, failureOf, logged, never, person, sandbox, tokenIn, transport, treating } from './sign-in/client.ts'

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
