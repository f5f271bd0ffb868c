import { ChartkeepError } from '../../../shared/errors.ts'
import type { Auth, RefreshTokens, SignedInPerson } from '../index.ts'
import { type ClerkEnvironment, runClerk, type TokenPort } from './clerk.ts'
import { type ClerkListener, createDesk, type DeskParts } from './desk.ts'
import type { FromClerk, ToClerk } from './protocol.ts'

const person: SignedInPerson = {
  userKey: 'user-a',
  issuer: 'https://ehr.example/auth',
  sub: 'sub-a',
  user: { displayName: 'Dr A', role: 'physician' },
  permissions: ['chart:read'],
  fhirUser: 'Practitioner/a',
  authTime: 1,
}
const start = { fhirBase: 'https://ehr.example/fhir', clientId: 'c', way: 'in-app', deviceName: 'desk', mfa: { required: true, acr: [] }, reports: true, caPem: undefined, pins: [], proxy: undefined } as const
export const secret = 'access-token-that-nobody-may-see'
export const token = { value: secret, expiresAt: 1_000 }

/** A port to `records`, and what came over it. */
export function recordsPort() {
  const came: string[] = []
  const port: TokenPort = { handOver: (text) => Promise.resolve(void came.push(text)) }
  return { came, port }
}

export function keychain(): RefreshTokens & { readonly kept: Map<string, string>; works: boolean } {
  const kept = new Map<string, string>()
  const self = {
    kept,
    works: true,
    read: async (userKey: string) => kept.get(userKey),
    store: async (userKey: string, value: string) => {
      if (!self.works) throw new ChartkeepError('keychain-locked')
      kept.set(userKey, value)
    },
    remove: async (userKey: string) => void kept.delete(userKey),
  }
  return self
}

/** A desk and its clerks, with a channel between them that takes what a process boundary takes. */
export function office(auth: Partial<Auth>, more: Partial<DeskParts<TokenPort>> = {}) {
  const crossed: (FromClerk | ToClerk)[] = []
  const clerks: { alive: boolean; crash(): void }[] = []
  const logged: string[] = []
  let mains: Parameters<ClerkEnvironment['openAuth']>[1] | undefined

  function hire(listener: ClerkListener) {
    let hear: (message: ToClerk, ports: readonly TokenPort[]) => void = () => undefined
    const clerk = {
      alive: true,
      crash: () => {
        clerk.alive = false
        listener.gone()
      },
    }
    clerks.push(clerk)
    const cross = <M extends FromClerk | ToClerk>(message: M, arrive: (copy: M) => void) => {
      crossed.push(message)
      const copy = structuredClone(message)
      queueMicrotask(() => clerk.alive && arrive(copy))
    }
    runClerk(
      {
        post: (message) => cross(message, (copy) => listener.message(copy)),
        onMessage: (listening) => {
          hear = listening
        },
      },
      {
        openAuth: (_start, given) => {
          mains = given
          return {
            signIn: async () => person,
            accessToken: async () => token,
            dropAccessToken: () => undefined,
            signOut: async () => undefined,
            revoke: async () => true,
            report: async () => ({ taken: 0 }),
            ask: async () => ({ stands: true, useless: [] }),
            settled: async () => undefined,
            ...auth,
          }
        },
      },
    )
    const process = {
      post: (message: ToClerk, ports: readonly TokenPort[] = []) => cross(message, (copy) => hear(copy, ports)),
      end: async () => clerk.crash(),
    }
    process.post({ kind: 'start', start })
    return process
  }

  const desk = createDesk<TokenPort>({
    hire,
    way: { name: 'in-app', redirectUri: async () => 'http://127.0.0.1/callback', page: { open: async () => 'http://127.0.0.1/callback?code=c', close: () => undefined } },
    refreshTokens: keychain(),
    deviceKey: async () => undefined,
    keepUnlockSecret: async () => undefined,
    subjectOf: () => 'sub-a',
    log: { event: (name) => void logged.push(name), foreign: (name) => void logged.push(String(name)) },
    ...more,
  })
  const mainsPart = () => {
    if (!mains) throw new Error('no clerk was hired')
    return mains
  }
  return { desk, crossed, clerks, logged, mains: mainsPart, alive: () => clerks.filter((clerk) => clerk.alive).length }
}

/** Of an errand that nobody cancels. */
export const never = new AbortController().signal
