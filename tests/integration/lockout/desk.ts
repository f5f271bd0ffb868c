import { Agent, fetch } from 'undici'
import { proofOf } from '../../../electron/auth/device-proof.ts'
import { openDeviceKey } from '../../../electron/vault/device-key.ts'
import { memoryKeychain } from '../../../electron/vault/memory-keychain.ts'
import type { Sandbox } from '../../../sandbox/server.ts'
import { openBrowser } from '../sandbox-browser.ts'
import { type Probe, signIn, userWith } from '../sandbox-client.ts'

/** Of what the server under test sends, what tests look at by name. */
export interface Body {
  readonly id?: string
  readonly error?: string
  readonly state?: string
  readonly isOnline?: boolean
  readonly isDisabled?: boolean
  readonly moreAvailable?: boolean
  readonly counts?: Readonly<Record<string, number>>
  readonly sets?: Readonly<Record<string, string>>
  readonly entries?: readonly { readonly what: string }[]
  readonly workstations?: readonly { readonly deviceId: string }[]
  readonly since?: string
  readonly waitingSessions?: readonly { readonly since?: string }[]
  readonly sample?: readonly { readonly deviceId: string; readonly theirs?: object }[]
  readonly users?: readonly { readonly sub: string; readonly username: string; readonly name: string }[]
  readonly keys?: readonly { readonly kid: string; readonly kty: string }[]
  readonly alerts?: readonly { readonly id: string; readonly correlation: string; readonly state: string }[]
  readonly deliveries?: readonly unknown[]
  readonly next?: string
  readonly total?: number
  readonly revision?: number
  /** Of a registration; of an answered challenge. */
  readonly unlockSecret?: string
  readonly response?: string
}

export interface Said {
  readonly status: number
  readonly body: Body
  readonly text: string
}

/** Asks the sandbox over HTTPS, with whatever authorization. */
export function openAsk(sandbox: Pick<Sandbox, 'baseUrl' | 'caPem'>) {
  const dispatcher = new Agent({ connect: { ca: sandbox.caPem }, connections: 64 })
  async function ask(method: string, path: string, authorization: string, question?: unknown, signal?: AbortSignal): Promise<Said> {
    const sent = question === undefined ? {} : { body: JSON.stringify(question) }
    const answer = await fetch(`${sandbox.baseUrl}${path}`, { dispatcher, method, headers: { authorization, ...(question === undefined ? {} : { 'content-type': 'application/json' }) }, ...sent, ...(signal ? { signal } : {}) })
    const text = await answer.text()
    const body: Body = text.startsWith('{') ? JSON.parse(text) : {}
    return { status: answer.status, body, text }
  }
  return { ask, close: () => dispatcher.close() }
}
export type Ask = ReturnType<typeof openAsk>['ask']

/** Signs somebody in with the desk's scopes, or others; gives their tokens. */
export async function tokensOf(sandbox: Sandbox, probe: Probe, role: string, index = 0, scope = 'openid offline_access lockout.read lockout.order lockout.alerts') {
  const browser = openBrowser(sandbox.caPem)
  try {
    const asked = await probe.ask({ scope })
    return await probe.redeem(await signIn(browser, asked.url, userWith(sandbox, role, index), sandbox.codeOf), asked)
  } finally {
    await browser.close()
  }
}

/** A workstation with a key of its own, as the protocol sees one. */
export async function openStation(sandbox: Pick<Sandbox, 'baseUrl'>, ask: Ask) {
  const key = await openDeviceKey(memoryKeychain())
  const clock = { now: Date.now }
  const proof = (path: string) => proofOf(key, `${sandbox.baseUrl}${path}`, clock)
  const authorize = async (path: string) => `DeviceProof ${key.deviceId} ${await proof(path)}`
  return {
    deviceId: key.deviceId,
    key,
    authorize,
    register: async (token: string, displayName = 'WS-1') =>
      ask('POST', '/device/registrations', `Bearer ${token}`, { deviceId: key.deviceId, publicKeyJwk: { ...key.publicJwk }, displayName, proof: await proof('/device/registrations') }),
    share: async (token: string) => ask('POST', '/device/shares', `Bearer ${token}`, { deviceId: key.deviceId, publicKeyJwk: { ...key.publicJwk }, proof: await proof('/device/shares') }),
    poll: async (body: object = { returnImmediately: true }, signal?: AbortSignal) => ask('POST', '/lockout/poll', await authorize('/lockout/poll'), body, signal),
    report: async (status: object) =>
      ask('POST', '/lockout/status', await authorize('/lockout/status'), {
        state: 'active', since: new Date(Date.now() - 60_000).toISOString(), site: 'North', appVersion: '0.1.0', policyVersion: 'abc', unsent: { drafts: 0, changes: 0 }, ...status,
      }),
  }
}
export type Station = Awaited<ReturnType<typeof openStation>>
