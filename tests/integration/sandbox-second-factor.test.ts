import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assurances } from '../../sandbox/auth/assurance.ts'
import type { Sandbox } from '../../sandbox/server.ts'
import { type Browser, type Landing, openBrowser, type Page } from './sandbox-browser.ts'
import { asksForCode, openProbe, type Probe, signIn, smallSandbox, userWith } from './sandbox-client.ts'

const mfa = assurances.mfa.acr
const password = assurances.password.acr

let sandbox: Sandbox
let probe: Probe
/** The clock that the sandbox goes by; the client's own is the system's, so it stays near it. */
const time = { ahead: 0 }
beforeAll(async () => {
  sandbox = await smallSandbox({ clock: { now: () => Date.now() + time.ahead } })
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
function pageOf(landing: Landing): Page {
  if (landing.kind !== 'page') throw new Error(`no page was shown, but ${landing.url.search}`)
  return landing
}
/** As far as the page that asks for the code. */
const toTheCode = async (browser: Browser, url: URL, role: string) => pageOf(await signIn(browser, url, userWith(sandbox, role)))
/** The code that an app would show, and one that it would not. */
const codeOf = (username: string): string => {
  const next = sandbox.codeOf(username)
  if (next?.code === undefined) {
    // Both codes of this half minute are used: the next one comes, here at once.
    time.ahead += 30_000
    return codeOf(username)
  }
  return next.code
}
const wrongFor = (username: string) => codeOf(username).replace(/./g, (digit) => String((Number(digit) + 5) % 10))
const claimsOf = async (change: Record<string, string>, role: string) => {
  const ask = await probe.ask(change)
  const landing = await inBrowser(async (browser) => {
    const next = await signIn(browser, ask.url, userWith(sandbox, role))
    return next.kind === 'page' && asksForCode(next) ? browser.submit(next, { action: 'code', code: codeOf(userWith(sandbox, role).username) }) : next
  })
  return (await probe.redeem(landing, ask)).claims()
}

describe('who has an authenticator app and uses it each time @164.312(d)', () => {
  it('is asked for its code after the password, and the ID token says so', async () => {
    const claims = await claimsOf({}, 'support')
    expect(claims).toMatchObject({ amr: ['pwd', 'otp', 'mfa'], acr: mfa })
  })

  it('is not signed in by the password alone, nor by a code without it', async () => {
    const { username } = userWith(sandbox, 'support')
    await inBrowser(async (browser) => {
      const page = pageOf(await browser.open((await probe.ask()).url))
      const landing = pageOf(await browser.submit(page, { action: 'code', code: codeOf(username) }))
      expect(landing.body).toContain('<h1>Sign in</h1>')
      const second = await toTheCode(browser, (await probe.ask()).url, 'support')
      expect(asksForCode(second)).toBe(true)
      // The cookie of somebody who owes a code opens nothing.
      const again = pageOf(await browser.open((await probe.ask()).url))
      expect(again.body).not.toContain('Continue as')
      const none = await browser.open((await probe.ask({ prompt: 'none' })).url)
      expect(none.url.searchParams.get('error')).toBe('login_required')
    })
  })

  it('is told that a code is wrong, and may type it with a space', async () => {
    const { username } = userWith(sandbox, 'support')
    await inBrowser(async (browser) => {
      const page = await toTheCode(browser, (await probe.ask()).url, 'support')
      const wrong = pageOf(await browser.submit(page, { action: 'code', code: wrongFor(username) }))
      expect(wrong.status).toBe(422)
      expect(wrong.body).toContain('That code is wrong, too old, or was used before.')
      const code = codeOf(username)
      expect((await browser.submit(wrong, { action: 'code', code: `${code.slice(0, 3)} ${code.slice(3)}` })).kind).toBe('callback')
    })
  })

  it('is not signed in by a code that somebody else saw and used first', async () => {
    const { username } = userWith(sandbox, 'support')
    const code = codeOf(username)
    const enter = async (browser: Browser) => browser.submit(await toTheCode(browser, (await probe.ask()).url, 'support'), { action: 'code', code })
    const landings = await Promise.all([inBrowser(enter), inBrowser(enter)])
    expect(landings.map(({ kind }) => kind).toSorted()).toEqual(['callback', 'page'])
  })

  it('may start over, and cancel', async () => {
    await inBrowser(async (browser) => {
      const page = await toTheCode(browser, (await probe.ask()).url, 'support')
      expect(pageOf(await browser.submit(page, { action: 'start-over' })).body).toContain('<h1>Sign in</h1>')
      const cancelled = await browser.submit(await toTheCode(browser, (await probe.ask()).url, 'support'), { action: 'cancel' })
      expect(cancelled.url.searchParams.get('error')).toBe('access_denied')
    })
  })

  it('is asked for the password again when they took more than five minutes', async () => {
    const { username } = userWith(sandbox, 'support')
    await inBrowser(async (browser) => {
      const page = await toTheCode(browser, (await probe.ask()).url, 'support')
      time.ahead += 5 * 60_000
      const late = pageOf(await browser.submit(page, { action: 'code', code: codeOf(username) }))
      expect(late.body).toContain('That took too long. Sign in again.')
    })
  })

  it('is held back after five wrong codes, the right one too, and told when to come again', async () => {
    const { username } = userWith(sandbox, 'compliance')
    await inBrowser(async (browser) => {
      const page = await toTheCode(browser, (await probe.ask()).url, 'compliance')
      for (let tries = 0; tries < 5; tries += 1) await browser.submit(page, { action: 'code', code: wrongFor(username) })
      const held = pageOf(await browser.submit(page, { action: 'code', code: codeOf(username) }))
      expect(held).toMatchObject({ status: 429, headers: { 'retry-after': expect.stringMatching(/^\d+$/) } })
      expect(held.body).toMatch(/Too many tries\. Wait 1[45] minutes/)
      // Beginning anew is no way around it.
      const anew = await toTheCode(browser, (await probe.ask()).url, 'compliance')
      expect(pageOf(await browser.submit(anew, { action: 'code', code: codeOf(username) })).status).toBe(429)
    })
  })

  it('is held back for a time, whether the account exists or not: the words are the same', async () => {
    const held = async (username: string) =>
      inBrowser(async (browser) => {
        const page = pageOf(await browser.open((await probe.ask()).url))
        for (let tries = 0; tries < 5; tries += 1) await browser.submit(page, { action: 'sign-in', username, password: 'wrong' })
        const landing = pageOf(await browser.submit(page, { action: 'sign-in', username, password: 'wrong' }))
        return { status: landing.status, wait: landing.headers['retry-after'], words: /Too many tries[^<]*/.exec(landing.body)?.[0].replace(/\d+/, 'N') }
      })
    const [known, unknown] = [await held(userWith(sandbox, 'privacy').username), await held('no.body')]
    expect(known).toMatchObject({ status: 429, words: 'Too many tries. Wait N seconds, then try again.' })
    expect({ ...unknown, wait: '' }).toEqual({ ...known, wait: '' })
  })
})

describe('a client that asks for two factors', () => {
  it('has them from who has an app, by acr_values and by an essential claim', async () => {
    expect(await claimsOf({}, 'physician')).toMatchObject({ amr: ['pwd'], acr: password })
    expect(await claimsOf({ acr_values: mfa }, 'physician')).toMatchObject({ amr: ['pwd', 'otp', 'mfa'], acr: mfa })
    const claims = JSON.stringify({ id_token: { acr: { essential: true, value: mfa } } })
    expect(await claimsOf({ claims }, 'physician')).toMatchObject({ amr: ['pwd', 'otp', 'mfa'], acr: mfa })
  })

  it('is told by a code of its own that somebody has none, once they have given their password', async () => {
    for (const change of [{ acr_values: mfa }, { claims: JSON.stringify({ id_token: { acr: { essential: true, values: [mfa] } } }) }]) {
      const ask = await probe.ask(change)
      const landing = await inBrowser((browser) => signIn(browser, ask.url, userWith(sandbox, 'nurse')))
      expect(landing.url.searchParams.get('error')).toBe('unmet_authentication_requirements')
      expect(landing.url.searchParams.get('state')).toBe(ask.state)
    }
  })

  it('has less where it says that less will do', async () => {
    expect(await claimsOf({ acr_values: `${mfa} ${password}` }, 'nurse')).toMatchObject({ acr: password })
  })

  it('is not answered with a session that was begun by a password alone', async () => {
    await inBrowser(async (browser) => {
      await signIn(browser, (await probe.ask()).url, userWith(sandbox, 'physician'))
      expect(pageOf(await browser.open((await probe.ask()).url)).body).toContain('Continue as')
      expect(pageOf(await browser.open((await probe.ask({ acr_values: mfa })).url)).body).toContain('<h1>Sign in</h1>')
    })
  })

  it('finds the same in the ID token of a refresh', async () => {
    const ask = await probe.ask({ acr_values: mfa })
    const { username } = userWith(sandbox, 'physician')
    const landing = await inBrowser(async (browser) => browser.submit(await toTheCode(browser, ask.url, 'physician'), { action: 'code', code: codeOf(username) }))
    const tokens = await probe.redeem(landing, ask)
    const refreshed = await client.refreshTokenGrant(probe.config, tokens.refresh_token ?? '')
    expect(refreshed.claims()).toMatchObject({ acr: mfa, amr: ['pwd', 'otp', 'mfa'] })
  })

  it('cannot ask for claims beyond how the person signed in', async () => {
    const ask = await probe.ask({ claims: JSON.stringify({ id_token: { fhirUser: null } }) })
    const landing = await inBrowser((browser) => browser.open(ask.url))
    expect(landing.url.searchParams.get('error')).toBe('invalid_request')
  })

  it('finds the levels in the configuration', () => {
    expect(probe.config.serverMetadata().acr_values_supported).toEqual(expect.arrayContaining([password, mfa]))
  })
})
