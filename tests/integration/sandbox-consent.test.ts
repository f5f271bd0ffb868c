import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Sandbox } from '../../sandbox/server.ts'
import { type Browser, type Landing, openBrowser, type Page } from './sandbox-browser.ts'
import { openProbe, type Probe, signIn, smallSandbox, userWith } from './sandbox-client.ts'

const clientId = 'growth-charts'
const scope = 'openid fhirUser offline_access user/Patient.rs user/Observation.rs'

let folder: string
let sandbox: Sandbox
let probe: Probe
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chartkeep-clients-'))
  const clientsFile = join(folder, 'clients.json')
  await writeFile(clientsFile, JSON.stringify({ clients: [{ clientId, name: 'Growth <charts>', redirectUris: ['http://127.0.0.1/callback'] }] }))
  sandbox = await smallSandbox({ clientsFile })
  probe = await openProbe(sandbox, { clientId })
})
afterAll(async () => {
  await probe.close()
  await sandbox.close()
  await rm(folder, { recursive: true, force: true })
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
const chosen = (page: Page) => [...page.body.matchAll(/name="(may [^"]+)" value="yes" checked/g)].map(([, name = '']) => name)
const offered = (page: Page) => [...page.body.matchAll(/name="may ([^"]+)"/g)].map(([, name = '']) => name)
const yes = (...scopes: string[]) => Object.fromEntries(scopes.map((one) => [`may ${one}`, 'yes']))

describe('an application that is not the hospital’s own', () => {
  it('is named as that, and asks for each thing by itself, as far as the role goes', async () => {
    await inBrowser(async (browser) => {
      const page = pageOf(await signIn(browser, (await probe.ask({ scope })).url, userWith(sandbox, 'physician', 3)))
      expect(page.body).toContain('Allow Growth &lt;charts&gt;?')
      expect(page.body).toContain('This application is not the hospital’s own.')
      expect(offered(page)).toEqual(['user/Patient.rs', 'user/Observation.rs', 'offline_access'])
      const desk = pageOf(await inBrowser(async (other) => signIn(other, (await probe.ask({ scope })).url, userWith(sandbox, 'front-desk'))))
      expect(offered(desk)).toEqual(['user/Patient.rs', 'offline_access'])
    })
  })

  it('is given what was ticked, and nothing else @164.312(a)(1)', async () => {
    const ask = await probe.ask({ scope })
    const landing = await inBrowser(async (browser) => {
      const page = pageOf(await signIn(browser, ask.url, userWith(sandbox, 'nurse', 1)))
      return browser.submit(page, { action: 'allow', ...yes('user/Patient.rs', 'user/*.cruds', 'user/Condition.rs') })
    })
    const tokens = await probe.redeem(landing, ask)
    expect(tokens.scope?.split(' ').toSorted()).toEqual(['fhirUser', 'openid', 'user/Patient.rs'])
    expect(tokens.refresh_token).toBeUndefined()
    expect(await probe.api('Patient?_count=1', tokens.access_token)).toBe(200)
    expect(await probe.api('Observation?_count=1', tokens.access_token)).toBe(403)
    expect(await probe.api('Condition?_count=1', tokens.access_token)).toBe(403)
  })

  it('does not ask again what was decided, a no included; what is new is asked, with the old answers filled in', async () => {
    const user = userWith(sandbox, 'nurse', 1)
    const ask = await probe.ask({ scope })
    const landing = await inBrowser((browser) => signIn(browser, ask.url, user))
    expect((await probe.redeem(landing, ask)).scope).not.toContain('Observation')
    const more = pageOf(await inBrowser(async (browser) => signIn(browser, (await probe.ask({ scope: `${scope} user/Condition.rs` })).url, user)))
    expect(chosen(more)).toEqual(['may user/Patient.rs', 'may user/Condition.rs'])
  })

  it('asks again where its client wants that: so a person takes back what they allowed', async () => {
    const user = userWith(sandbox, 'nurse', 1)
    const ask = await probe.ask({ scope, prompt: 'login consent' })
    const landing = await inBrowser(async (browser) => {
      const page = pageOf(await signIn(browser, ask.url, user))
      return browser.submit(page, { action: 'allow', ...yes('user/Observation.rs') })
    })
    const tokens = await probe.redeem(landing, ask)
    expect(await probe.api('Patient?_count=1', tokens.access_token)).toBe(403)
    expect(await probe.api('Observation?_count=1', tokens.access_token)).toBe(200)
  })

  it('is not given anything by a cookie alone, however often it was allowed', async () => {
    await inBrowser(async (browser) => {
      await signIn(browser, (await probe.ask({ scope })).url, userWith(sandbox, 'nurse', 1))
      const again = pageOf(await browser.open((await probe.ask({ scope })).url))
      expect(again.body).toContain('Allow Growth')
      const none = await browser.open((await probe.ask({ scope, prompt: 'none' })).url)
      expect(none.url.searchParams.get('error')).toMatch(/interaction_required|consent_required/)
    })
  })

  it('learns that a person said no', async () => {
    await inBrowser(async (browser) => {
      const page = pageOf(await signIn(browser, (await probe.ask({ scope })).url, userWith(sandbox, 'physician', 3)))
      const landing = await browser.submit(page, { action: 'cancel' })
      expect(landing.url.searchParams.get('error')).toBe('access_denied')
    })
  })

  it('is not allowed by somebody who is not at the screen: each person decides for themselves', async () => {
    const page = pageOf(await inBrowser(async (browser) => signIn(browser, (await probe.ask({ scope })).url, userWith(sandbox, 'physician', 0))))
    expect(chosen(page)).toHaveLength(3)
  })
})

describe('the hospital’s own client', () => {
  it('asks no question after the password (ADR 0022)', async () => {
    const own = await openProbe(sandbox)
    const landing = await inBrowser(async (browser) => signIn(browser, (await own.ask()).url, userWith(sandbox, 'physician')))
    expect(landing.kind).toBe('callback')
    await own.close()
  })
})
