import * as client from 'openid-client'
import { describe, expect, it } from 'vitest'
import { signedIn, signIn, userWith } from './sandbox-client.ts'
import { inBrowser, pageAt, probe, sandbox } from './sandbox-sign-in/at-the-door.ts'

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
