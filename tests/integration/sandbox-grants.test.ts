import * as client from 'openid-client'
import { describe, expect, it } from 'vitest'
import { redirectUri, signedIn, signIn, userWith } from './sandbox-client.ts'
import { inBrowser, probe, sandbox } from './sandbox-sign-in/at-the-door.ts'

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

  it('whose successor was used takes the whole grant with it when it comes again', async () => {
    const first = await signedIn(sandbox, probe)
    const second = await client.refreshTokenGrant(probe.config, first.refresh_token ?? '')
    const third = await client.refreshTokenGrant(probe.config, second.refresh_token ?? '')
    await expect(client.refreshTokenGrant(probe.config, first.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' })
    expect(await probe.api('Patient?_count=1', third.access_token)).toBe(401)
    await expect(client.refreshTokenGrant(probe.config, third.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' })
  })

  it('whose answer was lost is answered anew, and what was lost is worth nothing to whoever found it', async () => {
    const first = await signedIn(sandbox, probe)
    const lost = await client.refreshTokenGrant(probe.config, first.refresh_token ?? '')
    const again = await client.refreshTokenGrant(probe.config, first.refresh_token ?? '')
    expect(await probe.api('Patient?_count=1', again.access_token)).toBe(200)
    expect(await probe.api('Patient?_count=1', lost.access_token)).toBe(401)
    // Two hands hold tokens of one grant, and nobody knows whose the second is.
    await expect(client.refreshTokenGrant(probe.config, lost.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' })
    expect(await probe.api('Patient?_count=1', again.access_token)).toBe(401)
    await expect(client.refreshTokenGrant(probe.config, again.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' })
  })

  it('that is used by four at the same moment is good for one of them, and any other takes the whole grant with it', async () => {
    const first = await signedIn(sandbox, probe)
    const settled = await Promise.allSettled(
      Array.from({ length: 4 }, () => client.refreshTokenGrant(probe.config, first.refresh_token ?? '')),
    )
    const won = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    expect(won.length).toBeGreaterThan(0)
    const goesOn = []
    for (const { refresh_token: token = '' } of won) goesOn.push(await client.refreshTokenGrant(probe.config, token).then(() => true, () => false))
    expect(goesOn.filter(Boolean).length).toBeLessThanOrEqual(1)
    if (won.length === 1) return
    for (const { access_token: token } of [first, ...won]) expect(await probe.api('Patient?_count=1', token)).toBe(401)
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
