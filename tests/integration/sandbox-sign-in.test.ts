import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Sandbox } from '../../sandbox/server.ts'
import { type Browser, openBrowser, type Page } from './sandbox-browser.ts'
import { openProbe, type Probe, redirectUri, signedIn, signIn, smallSandbox, userWith } from './sandbox-client.ts'

let sandbox: Sandbox
let probe: Probe

beforeAll(async () => {
  sandbox = await smallSandbox()
  probe = await openProbe(sandbox)
})
afterAll(async () => {
  await probe.close()
  await sandbox.close()
})

async function inBrowser<T>(use: (browser: Browser) => Promise<T>): Promise<T> {
  const browser = openBrowser(sandbox.caPem)
  try {
    return await use(browser)
  } finally {
    await browser.close()
  }
}

async function pageAt(browser: Browser, url: URL): Promise<Page> {
  const landing = await browser.open(url)
  if (landing.kind !== 'page') throw new Error('no page was shown')
  return landing
}

describe('a physician who signs in', () => {
  it('gets tokens, and an ID token that says who, when and how @164.312(d)', async () => {
    const before = Math.floor(Date.now() / 1000)
    const tokens = await signedIn(sandbox, probe)
    const physician = userWith(sandbox, 'physician')
    const claims = tokens.claims()
    expect(claims).toMatchObject({
      iss: `${sandbox.baseUrl}/auth`,
      aud: 'chartkeep-desktop',
      fhirUser: `${sandbox.fhirBase}/Practitioner/${physician.practitioner}`,
      amr: ['pwd'],
      acr: 'urn:chartkeep-sandbox:acr:password',
    })
    expect(claims?.sub).not.toContain(physician.username)
    expect(claims?.auth_time).toBeGreaterThanOrEqual(before)
    expect(tokens.expires_in).toBe(300)
    expect(tokens.token_type).toBe('bearer')
    expect(tokens.refresh_token).toBeTypeOf('string')
  })

  it('is granted what was asked, and an opaque access token', async () => {
    const tokens = await signedIn(sandbox, probe)
    expect(tokens.scope?.split(' ')).toEqual(
      expect.arrayContaining(['openid', 'fhirUser', 'offline_access', 'user/*.rs', 'user/DocumentReference.cruds']),
    )
    expect(tokens.access_token.split('.')).toHaveLength(1)
  })

  it('gets no refresh token unless it was asked for', async () => {
    const tokens = await signedIn(sandbox, probe, 'physician', { scope: 'openid fhirUser user/*.rs' })
    expect(tokens.refresh_token).toBeUndefined()
  })

  it('has another grant on each workstation: signing out of one leaves the other', async () => {
    const [here, there] = [await signedIn(sandbox, probe), await signedIn(sandbox, probe)]
    await client.tokenRevocation(probe.config, here.refresh_token ?? '')
    expect(await probe.api('Patient?_count=1', here.access_token)).toBe(401)
    expect(await probe.api('Patient?_count=1', there.access_token)).toBe(200)
  })
})

describe('the front desk', () => {
  it('asks for everything and is granted the few types it works with @164.312(a)(1)', async () => {
    const tokens = await signedIn(sandbox, probe, 'front-desk')
    const scopes = tokens.scope?.split(' ') ?? []
    expect(scopes).toContain('user/Patient.rs')
    expect(scopes).not.toContain('user/*.rs')
    expect(scopes.filter((scope) => /Observation|Condition|DocumentReference/.test(scope))).toEqual([])
  })
})

describe('a person at the sign-in page', () => {
  it('is told the same for a wrong password and for a name that does not exist', async () => {
    const answers = await inBrowser(async (browser) => {
      const page = await pageAt(browser, (await probe.ask()).url)
      const { username } = userWith(sandbox, 'nurse')
      const wrong = await browser.submit(page, { action: 'sign-in', username, password: 'wrong' })
      const unknown = await browser.submit(page, { action: 'sign-in', username: 'no.body', password: 'wrong' })
      return [wrong, unknown].map((one) => (one.kind === 'page' ? { ...one, body: one.body.replace(/value="[^"]*"/g, '') } : one))
    })
    const [wrong, unknown] = answers
    expect(wrong).toMatchObject({ kind: 'page', status: 422 })
    expect(wrong?.kind === 'page' && wrong.body).toContain('User name or password is wrong.')
    expect(unknown?.kind === 'page' && unknown.body).toBe(wrong?.kind === 'page' && wrong.body)
  })

  it('may type the name in capitals, and with a space behind it', async () => {
    const user = userWith(sandbox, 'physician')
    const landing = await inBrowser(async (browser) =>
      signIn(browser, (await probe.ask()).url, { ...user, username: `${user.username.toUpperCase()} ` }),
    )
    expect(landing.kind).toBe('callback')
  })

  it('is refused after five wrong passwords, the right one too', async () => {
    const user = userWith(sandbox, 'nurse', 1)
    await inBrowser(async (browser) => {
      const page = await pageAt(browser, (await probe.ask()).url)
      for (let tries = 0; tries < 5; tries += 1) {
        await browser.submit(page, { action: 'sign-in', username: user.username, password: 'wrong' })
      }
      const landing = await browser.submit(page, { action: 'sign-in', username: user.username, password: user.password })
      expect(landing).toMatchObject({ kind: 'page', status: 429 })
      expect(landing.kind === 'page' && landing.body).toMatch(/Too many tries\. Wait \d+ seconds/)
    })
  })

  it('cannot outrun the limit by trying all at once', async () => {
    const user = userWith(sandbox, 'front-desk', 1)
    await inBrowser(async (browser) => {
      const page = await pageAt(browser, (await probe.ask()).url)
      const landings = await Promise.all(
        Array.from({ length: 12 }, () => browser.submit(page, { action: 'sign-in', username: user.username, password: 'wrong' })),
      )
      const looked = landings.filter((landing) => landing.kind === 'page' && landing.status === 422)
      expect(looked).toHaveLength(5)
    })
  })

  it('can cancel, and the client learns of it', async () => {
    await inBrowser(async (browser) => {
      const ask = await probe.ask()
      const landing = await browser.submit(await pageAt(browser, ask.url), { action: 'cancel' })
      expect(landing.kind).toBe('callback')
      expect(landing.url.searchParams.get('error')).toBe('access_denied')
      expect(landing.url.searchParams.get('state')).toBe(ask.state)
    })
  })

  it('sees that this is a sandbox, and a page that loads and runs nothing foreign', async () => {
    const page = await inBrowser(async (browser) => pageAt(browser, (await probe.ask()).url))
    expect(page.body).toContain('Sandbox: synthetic patients')
    expect(page.headers['content-security-policy']).toBe(
      `default-src 'none'; style-src 'self'; form-action 'self' http://127.0.0.1:51789; base-uri 'none'; frame-ancestors 'none'`,
    )
    expect(page.headers['cache-control']).toBe('no-store')
    expect(page.body).not.toMatch(/<script|https?:\/\/|style="|onload=/)
    for (const field of ['username', 'password']) {
      expect(page.body).toContain(`<label for="${field}">`)
    }
  })

  it('never has a typed user name come back as markup', async () => {
    await inBrowser(async (browser) => {
      const page = await pageAt(browser, (await probe.ask()).url)
      const landing = await browser.submit(page, { action: 'sign-in', username: '"><script>alert(1)</script>', password: 'x' })
      expect(landing.kind === 'page' && landing.body).not.toContain('<script>')
    })
  })

  it('is not signed in by a form on another site', async () => {
    const user = userWith(sandbox, 'physician')
    await inBrowser(async (browser) => {
      const page = await pageAt(browser, (await probe.ask()).url)
      const fields = { action: 'sign-in', username: user.username, password: user.password }
      expect(await browser.submit(page, fields, { 'sec-fetch-site': 'cross-site' })).toMatchObject({ kind: 'page', status: 400 })
    })
  })

  it('cannot take up the sign-in that another browser began', async () => {
    const user = userWith(sandbox, 'physician')
    const page = await inBrowser(async (browser) => pageAt(browser, (await probe.ask()).url))
    const landing = await inBrowser((other) => other.submit(page, { action: 'sign-in', username: user.username, password: user.password }))
    expect(landing).toMatchObject({ kind: 'page', status: 410 })
  })
})

describe('the next person at the same browser', () => {
  it('is asked who they are although the cookie of the last one lives: prompt=login @164.312(a)(2)(i)', async () => {
    const [first, second] = [userWith(sandbox, 'physician', 0), userWith(sandbox, 'physician', 1)]
    await inBrowser(async (browser) => {
      const before = await probe.ask()
      const mine = await probe.redeem(await signIn(browser, before.url, first), before)
      expect(browser.cookies()).toContain('sandbox_session')

      const ask = await probe.ask({ prompt: 'login', max_age: '0' })
      const page = await pageAt(browser, ask.url)
      expect(page.body).toContain('<h1>Sign in</h1>')
      expect(page.body).not.toContain(first.name)
      const landing = await browser.submit(page, { action: 'sign-in', username: second.username, password: second.password })
      const theirs = await probe.redeem(landing, ask)
      expect(theirs.claims()?.sub).not.toBe(mine.claims()?.sub)
      expect(theirs.claims()?.fhirUser).toContain(second.practitioner)
    })
  })

  it('is shown whose session it is, and can say that they are someone else', async () => {
    const first = userWith(sandbox, 'physician', 0)
    await inBrowser(async (browser) => {
      await signIn(browser, (await probe.ask()).url, first)
      const page = await pageAt(browser, (await probe.ask()).url)
      expect(page.body).toContain(`Continue as ${first.name}?`)
      const again = await browser.submit(page, { action: 'someone-else' })
      expect(again.kind === 'page' && again.body).toContain('<h1>Sign in</h1>')
    })
  })

  it('has the session renewed by max_age, when it is old', async () => {
    const first = userWith(sandbox, 'physician', 0)
    await inBrowser(async (browser) => {
      await signIn(browser, (await probe.ask()).url, first)
      const page = await pageAt(browser, (await probe.ask({ max_age: '0' })).url)
      expect(page.body).toContain('<h1>Sign in</h1>')
      const none = await browser.open((await probe.ask({ prompt: 'none' })).url)
      expect(none.url.searchParams.get('error')).toMatch(/interaction_required|consent_required/)
    })
  })

  it('is asked for consent where the client wants that', async () => {
    await inBrowser(async (browser) => {
      const ask = await probe.ask({ prompt: 'login consent' })
      const page = await signIn(browser, ask.url, userWith(sandbox, 'physician'))
      expect(page.kind === 'page' && page.body).toContain('Stay signed in until you sign out')
      const landing = page.kind === 'page' ? await browser.submit(page, { action: 'allow' }) : page
      expect((await probe.redeem(landing, ask)).refresh_token).toBeTypeOf('string')
    })
  })
})

describe('an authorization request', () => {
  const refused = async (change: Record<string, string | undefined>) =>
    inBrowser(async (browser) => browser.open((await probe.ask(change)).url))

  it('is refused without a challenge, or with a plain one', async () => {
    const none = await refused({ code_challenge: undefined, code_challenge_method: undefined })
    expect(none.url.searchParams.get('error')).toBe('invalid_request')
    const plain = await refused({ code_challenge_method: 'plain' })
    expect(plain.url.searchParams.get('error')).toBe('invalid_request')
  })

  it('is refused for another FHIR server than this', async () => {
    for (const aud of [undefined, 'https://evil.example/fhir', `${sandbox.fhirBase}/`]) {
      const landing = await refused({ aud })
      expect(landing.url.searchParams.get('error')).toBe('invalid_request')
    }
  })

  it('is never redirected to an address that is not registered', async () => {
    for (const uri of ['https://evil.example/callback', 'http://127.0.0.1:51789/other', 'http://evil.example/callback', 'http://127.0.0.1.evil.example/callback']) {
      const landing = await refused({ redirect_uri: uri })
      expect(landing).toMatchObject({ kind: 'page', status: 400 })
    }
  })

  it('may come back on any loopback port', async () => {
    const ask = await probe.ask({ redirect_uri: 'http://127.0.0.1:8/callback' })
    const landing = await inBrowser((browser) => signIn(browser, ask.url, userWith(sandbox, 'physician')))
    expect(landing.url.host).toBe('127.0.0.1:8')
  })

  it('is refused for the implicit flow, and for a client that is not known', async () => {
    const implicit = await refused({ response_type: 'token id_token' })
    expect(implicit.url.hash).toContain('error=unsupported_response_type')
    expect(await refused({ client_id: 'someone-else' })).toMatchObject({ kind: 'page', status: 400 })
  })
})

describe('an authorization code', () => {
  async function codeOf() {
    return inBrowser(async (browser) => {
      const ask = await probe.ask()
      return { ask, landing: await signIn(browser, ask.url, userWith(sandbox, 'physician')) }
    })
  }
  const form = (code: string, verifier?: string, uri = redirectUri) =>
    new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: 'chartkeep-desktop',
      redirect_uri: uri,
      code,
      ...(verifier === undefined ? {} : { code_verifier: verifier }),
    }).toString()

  it('is worth nothing without its verifier, or with another', async () => {
    const { ask, landing } = await codeOf()
    const code = landing.url.searchParams.get('code') ?? ''
    for (const verifier of [undefined, client.randomPKCECodeVerifier()]) {
      const answer = await probe.post('/auth/token', form(code, verifier))
      expect(answer.status).toBe(400)
      expect(answer.body).toContain('invalid_grant')
    }
    expect((await probe.post('/auth/token', form(code, ask.verifier, 'http://127.0.0.1:1/callback'))).body).toContain('invalid_grant')
  })

  it('is redeemed once: a second time takes away what the first one gave', async () => {
    const { ask, landing } = await codeOf()
    const tokens = await probe.redeem(landing, ask)
    const code = landing.url.searchParams.get('code') ?? ''
    expect((await probe.post('/auth/token', form(code, ask.verifier))).body).toContain('invalid_grant')
    expect(await probe.api('Patient?_count=1', tokens.access_token)).toBe(401)
    await expect(client.refreshTokenGrant(probe.config, tokens.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' })
  })

  it('is refused when it is too old', async () => {
    const { ask, landing } = await codeOf()
    sandbox.faults.set({ code: 'expired' })
    await expect(probe.redeem(landing, ask)).rejects.toMatchObject({ error: 'invalid_grant' })
    sandbox.faults.reset()
  })
})

describe('a refresh token', () => {
  it('is exchanged for another, with a new ID token of the same person and sign-in', async () => {
    const first = await signedIn(sandbox, probe)
    const second = await client.refreshTokenGrant(probe.config, first.refresh_token ?? '')
    expect(second.refresh_token).not.toBe(first.refresh_token)
    expect(second.claims()).toMatchObject({ sub: first.claims()?.sub, auth_time: first.claims()?.auth_time })
    expect(second.scope).toBe(first.scope)
    expect(await probe.api('Patient?_count=1', second.access_token)).toBe(200)
  })

  it('that is used twice takes the whole grant with it', async () => {
    const first = await signedIn(sandbox, probe)
    const second = await client.refreshTokenGrant(probe.config, first.refresh_token ?? '')
    await expect(client.refreshTokenGrant(probe.config, first.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' })
    expect(await probe.api('Patient?_count=1', second.access_token)).toBe(401)
    await expect(client.refreshTokenGrant(probe.config, second.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' })
  })

  it('that is used twice at the same moment is no way around that', async () => {
    const first = await signedIn(sandbox, probe)
    const settled = await Promise.allSettled(
      Array.from({ length: 4 }, () => client.refreshTokenGrant(probe.config, first.refresh_token ?? '')),
    )
    const won = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    expect(won.length).toBeLessThanOrEqual(1)
    for (const tokens of [first, ...won]) {
      expect(await probe.api('Patient?_count=1', tokens.access_token)).toBe(401)
    }
  })

  it('never gains a scope that was not granted', async () => {
    const tokens = await signedIn(sandbox, probe, 'front-desk')
    await expect(
      client.refreshTokenGrant(probe.config, tokens.refresh_token ?? '', { scope: 'openid user/*.rs' }),
    ).rejects.toMatchObject({ error: 'invalid_scope' })
  })
})

describe('revoking an access token', () => {
  it('takes every token of that workstation with it, and none of another’s', async () => {
    const [here, there] = [await signedIn(sandbox, probe), await signedIn(sandbox, probe)]
    await client.tokenRevocation(probe.config, here.access_token)
    expect(await probe.api('Patient?_count=1', here.access_token)).toBe(401)
    await expect(client.refreshTokenGrant(probe.config, here.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' })
    expect(await probe.api('Patient?_count=1', there.access_token)).toBe(200)
  })

  it('that is not one says nothing about it', async () => {
    const form = (token: string) => new URLSearchParams({ client_id: 'chartkeep-desktop', token }).toString()
    expect(await probe.post('/auth/revoke', form('made-up'))).toMatchObject({ status: 200, body: '' })
  })
})

describe('who is shut out', () => {
  it('is out with the next request, cannot refresh, and cannot sign in again', async () => {
    const user = userWith(sandbox, 'nurse')
    const tokens = await signedIn(sandbox, probe, 'nurse')
    expect(await probe.api('Patient?_count=1', tokens.access_token)).toBe(200)
    expect(sandbox.revokeUser(user.username)).toBe(true)
    expect(await probe.api('Patient?_count=1', tokens.access_token)).toBe(401)
    await expect(client.refreshTokenGrant(probe.config, tokens.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' })
    const landing = await inBrowser(async (browser) => signIn(browser, (await probe.ask()).url, user))
    expect(landing).toMatchObject({ kind: 'page', status: 422 })

    sandbox.reinstateUser(user.username)
    expect((await signedIn(sandbox, probe, 'nurse')).access_token).toBeTypeOf('string')
  })

  it('is an access token whose five minutes are over', async () => {
    const tokens = await signedIn(sandbox, probe)
    sandbox.expireTokens('access')
    expect(await probe.api('Patient?_count=1', tokens.access_token)).toBe(401)
    expect((await client.refreshTokenGrant(probe.config, tokens.refresh_token ?? '')).access_token).toBeTypeOf('string')
  })

  it('is a token that nobody was given, in any shape', async () => {
    for (const token of ['x', '', '../../etc/passwd', "' OR 1=1 --", 'a'.repeat(4000)]) {
      expect(await probe.api('Patient?_count=1', token)).toBe(401)
    }
    const { refresh_token: refresh = '' } = await signedIn(sandbox, probe)
    expect(await probe.api('Patient?_count=1', refresh)).toBe(401)
  })
})
