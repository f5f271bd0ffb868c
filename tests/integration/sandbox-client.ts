import * as client from 'openid-client'
import { Agent, fetch } from 'undici'
import type { Sandbox, SandboxOptions } from '../../sandbox/server.ts'
import { startSandbox } from '../../sandbox/server.ts'
import { type Browser, type Landing, openBrowser } from './sandbox-browser.ts'

export const redirectUri = 'http://127.0.0.1:51789/callback'
const allScopes = 'openid fhirUser offline_access user/*.rs user/DocumentReference.cruds'

/** What a client keeps of its own authorization request. */
export interface Ask {
  url: URL
  verifier: string
  state: string
  nonce: string
}

/** A client that is not ours (openid-client), pointed at a sandbox. */
export interface Probe {
  config: client.Configuration
  ask(change?: Record<string, string | undefined>): Promise<Ask>
  redeem(landing: Landing, ask: Ask): ReturnType<typeof client.authorizationCodeGrant>
  /** Asks the API, as whoever holds the token. */
  api(path: string, token: string): Promise<number>
  /** Deletes a record; gives the status. */
  remove(path: string, token: string): Promise<number>
  /** Posts to any path; gives status and body. */
  post(path: string, body: string | Record<string, unknown>, headers?: Record<string, string>): Promise<{ status: number; body: string; headers: Record<string, string | string[] | undefined> }>
  close(): Promise<void>
}

/** `skewSeconds`: how wrong the client believes its clock to be. */
export async function openProbe(sandbox: Pick<Sandbox, 'baseUrl' | 'fhirBase' | 'caPem'>, { algorithm = 'RS256', skewSeconds = 0, clientId = 'chartkeep-desktop' } = {}): Promise<Probe> {
  const dispatcher = new Agent({ connect: { ca: sandbox.caPem } })
  const config = await client.discovery(
    new URL(`${sandbox.baseUrl}/auth`),
    clientId,
    { id_token_signed_response_alg: algorithm, [client.clockSkew]: skewSeconds },
    client.None(),
    {
      [client.customFetch]: async (url, { method, headers, body, redirect }) => {
        // The library sends forms, or nothing.
        const form = body instanceof URLSearchParams ? { body } : {}
        const answer = await fetch(url, { method, headers, redirect, dispatcher, ...form })
        return new Response(await answer.text(), { status: answer.status, headers: Object.fromEntries(answer.headers) })
      },
    },
  )
  return {
    config,
    async ask(change = {}) {
      const [verifier, state, nonce] = [client.randomPKCECodeVerifier(), client.randomState(), client.randomNonce()]
      const parameters = {
        redirect_uri: redirectUri,
        scope: allScopes,
        aud: sandbox.fhirBase,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
        ...change,
      }
      const named = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined)
      return { url: client.buildAuthorizationUrl(config, Object.fromEntries(named)), verifier, state, nonce }
    },
    async redeem(landing, ask) {
      if (landing.kind !== 'callback') throw new Error(`no callback: a page with status ${landing.status}`)
      return client.authorizationCodeGrant(config, landing.url, {
        pkceCodeVerifier: ask.verifier,
        expectedState: ask.state,
        expectedNonce: ask.nonce,
        idTokenExpected: true,
      })
    },
    async api(path, token) {
      const answer = await fetch(`${sandbox.fhirBase}/${path}`, { dispatcher, headers: { authorization: `Bearer ${token}` } })
      await answer.arrayBuffer()
      return answer.status
    },
    async remove(path, token) {
      const answer = await fetch(`${sandbox.fhirBase}/${path}`, { dispatcher, method: 'DELETE', headers: { authorization: `Bearer ${token}` } })
      await answer.arrayBuffer()
      return answer.status
    },
    async post(path, body, headers = {}) {
      const isForm = typeof body === 'string'
      const answer = await fetch(`${sandbox.baseUrl}${path}`, {
        dispatcher,
        method: 'POST',
        body: isForm ? body : JSON.stringify(body),
        headers: { 'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json', ...headers },
      })
      return { status: answer.status, body: await answer.text(), headers: Object.fromEntries(answer.headers) }
    },
    close: () => dispatcher.close(),
  }
}

export function userWith(sandbox: Sandbox, role: string, index = 0) {
  const user = sandbox.users.filter((one) => one.role === role)[index]
  if (user === undefined) throw new Error(`the sandbox has no ${role} ${index}`)
  return user
}

/** Opens the request in a browser and fills in the sign-in form; the code too, where one is asked and `codeOf` tells it. */
export async function signIn(browser: Browser, url: URL, user: { username: string; password: string }, codeOf?: Sandbox['codeOf']): Promise<Landing> {
  const page = await browser.open(url)
  if (page.kind !== 'page') throw new Error('no sign-in page was shown')
  const next = await browser.submit(page, { action: 'sign-in', username: user.username, password: user.password })
  if (next.kind !== 'page' || !asksForCode(next) || codeOf === undefined) return next
  return browser.submit(next, { action: 'code', code: codeOf(user.username)?.code ?? '' })
}

export const asksForCode = (page: { body: string }): boolean => page.body.includes('name="code"')

/** A sandbox with a handful of people: enough for sign-in, quick to make. */
export function smallSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  return startSandbox({ patients: 2, ...options })
}

/** Signs a person in from nothing, in a browser of their own. */
export async function signedIn(sandbox: Sandbox, probe: Probe, role = 'physician', change: Record<string, string> = {}) {
  const browser = openBrowser(sandbox.caPem)
  try {
    const ask = await probe.ask(change)
    return await probe.redeem(await signIn(browser, ask.url, userWith(sandbox, role), sandbox.codeOf), ask)
  } finally {
    await browser.close()
  }
}
