import { createServer, request as httpRequest } from 'node:http'
import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { kindOf } from '../../shared/errors.ts'
import { type Loopback, openLoopback } from '../../electron/auth/loopback.ts'
import { systemBrowserWay } from '../../electron/auth/system-browser.ts'

let open: Loopback | undefined
afterEach(() => {
  open?.close()
  vi.useRealTimers()
})

/** Opens a place to answer to, waiting for the state given. */
async function waitingFor(state: string): Promise<{ answer: Promise<string>; uri: string; port: number }> {
  open = await openLoopback(0)
  const answer = open.answer(state)
  answer.catch(() => undefined)
  return { answer, uri: open.redirectUri, port: Number(new URL(open.redirectUri).port) }
}

/** A request that may lie about its host, which `fetch` would not. */
async function lying(port: number, path: string, headers: Record<string, string>, method = 'GET'): Promise<number> {
  const call = httpRequest({ host: '127.0.0.1', port, path, method, headers })
  call.end()
  const [answer] = await once(call, 'response')
  answer.resume()
  return answer.statusCode
}

describe('the loopback address that the browser answers to', () => {
  it('takes the one answer with the right state, shows a page that runs and loads nothing, and listens no more', async () => {
    const { answer, uri } = await waitingFor('s1')
    const page = await fetch(`${uri}?code=c&state=s1`)
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/)
    expect(page.headers.get('cache-control')).toBe('no-store')
    expect(await page.text()).toContain('You can close this window')
    expect(await answer).toBe(`${uri}?code=c&state=s1`)
    expect((await fetch(`${uri}?code=other&state=s1`)).status).toBe(404)
  })

  it('says so when nobody was signed in', async () => {
    const { uri } = await waitingFor('s1')
    expect(await (await fetch(`${uri}?error=access_denied&state=s1`)).text()).toContain('Nobody was signed in')
  })

  it('refuses answers of another sign-in, other paths and other methods, repeats nothing of them, and still waits', async () => {
    const { answer, uri, port } = await waitingFor('s1')
    const base = uri.replace('/callback', '')
    for (const path of ['/callback?code=<script>x</script>&state=s2', '/callback?code=x', '/callback', '/', '/callback/?code=x&state=s1', '/x/../callbackx?state=s1', '/callback?state=s1&state=s2']) {
      const page = await fetch(base + path)
      expect({ path, status: page.status }).toEqual({ path, status: 404 })
      expect(await page.text()).not.toContain('script')
    }
    expect((await fetch(`${uri}?code=x&state=s1`, { method: 'POST' })).status).toBe(405)
    expect(await lying(port, '/callback?code=x&state=s1', { host: `attacker.example:${port}` })).toBe(404)
    expect(await lying(port, '/callback?code=x&state=s1', { host: `localhost:${port}` })).toBe(404)
    await fetch(`${uri}?code=mine&state=s1`)
    expect(await answer).toContain('code=mine')
  })

  it('is heard on 127.0.0.1 alone', async () => {
    const { port } = await waitingFor('s1')
    const socket = connect({ host: '127.0.0.2', port })
    const [error] = await once(socket, 'error')
    expect(error).toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('gives up after five minutes', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { answer } = await waitingFor('s1')
    vi.advanceTimersByTime(299_999)
    vi.advanceTimersByTime(1)
    expect(await answer.catch(kindOf)).toBe('sign-in-expired')
  })

  it('listens on the port that policy names, and says when that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const address = other.address()
    const port = address !== null && typeof address === 'object' ? address.port : 0
    expect(await openLoopback(port).catch(kindOf)).toBe('sign-in-port')
    other.close()
    await once(other, 'close')
    open = await openLoopback(port)
    expect(open.redirectUri).toBe(`http://127.0.0.1:${port}/callback`)
  })
})

describe('the system browser', () => {
  const rules = { isRedirect: () => false, allowOrigin: ['https://ehr.example.org'] }

  it('is handed the EHR’s own https page, and nothing else that a discovery document may name', async () => {
    const opened: string[] = []
    for (const url of ['file:///etc/passwd?state=s', 'http://ehr.example.org/?state=s', 'https://evil.example.org/?state=s', 'ms-msdt:/id?state=s']) {
      const way = systemBrowserWay({ openExternal: (one) => Promise.resolve(void opened.push(one)), redirectPort: 0 })
      await way.redirectUri()
      expect(await way.page.open(url, rules).catch(kindOf)).toBe('sign-in-discovery')
      // Not even if a policy or a document should name such an origin.
      if (!url.startsWith('https:')) expect(await way.page.open(url, { ...rules, allowOrigin: [new URL(url).origin] }).catch(kindOf)).toBe('sign-in-discovery')
      way.page.close()
    }
    expect(opened).toEqual([])
  })

  it('brings back the answer, and tells while it is waited for', async () => {
    const waiting: boolean[] = []
    const way = systemBrowserWay({
      redirectPort: 0,
      onWaiting: (is) => void waiting.push(is),
      openExternal: async (url) => void (await fetch(`${new URL(url).searchParams.get('redirect_uri') ?? ''}?code=c&state=s`)),
    })
    const uri = await way.redirectUri()
    expect(await way.page.open(`https://ehr.example.org/authorize?state=s&redirect_uri=${encodeURIComponent(uri)}`, rules)).toContain('code=c')
    expect(waiting).toEqual([true, false])
  })

  it('is given up at once when the person cancels, and when there is no browser', async () => {
    const way = systemBrowserWay({ redirectPort: 0, openExternal: () => Promise.resolve() })
    await way.redirectUri()
    const opening = way.page.open('https://ehr.example.org/authorize?state=s', rules)
    way.page.close()
    expect(await opening.catch(kindOf)).toBe('cancelled')
    const none = systemBrowserWay({ redirectPort: 0, openExternal: () => Promise.reject(new Error('no browser')) })
    await none.redirectUri()
    expect(await none.page.open('https://ehr.example.org/authorize?state=s', rules).catch(kindOf)).toBe('sign-in-browser')
  })
})
