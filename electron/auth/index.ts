import { once } from 'node:events'
import { ChartkeepError, kindOf } from '../../shared/errors.ts'
import type { Report, Reported } from '../audit/ship/ehr-place.ts'
import type { AccessToken } from '../records/protocol.ts'
import { oauthClient } from './authorize.ts'
import { type DeviceKey, registerDevice } from './device.ts'
import { type AuthorizationServer, discover } from './discovery.ts'
import { abortable } from './http.ts'
import { introspect } from './introspection.ts'
import { redeemForNothing } from './redeem-for-nothing.ts'
import { refresh } from './refresh.ts'
import { sendReports } from './report.ts'
import { reportScopeIn } from './report-scope.ts'
import { revoke } from './revoke.ts'
import { signIn, type SignInParts, type SignInResult } from './sign-in.ts'
import type { Asked, AskingWay } from './still-granted.ts'
import { createTokens, type Held, type RefreshTokens, type Tokens } from './tokens.ts'

export type { DeviceKey } from './device.ts'
export { inAppWay, type SignInPage, type SignInWay } from './sign-in-page.ts'
export type { Asked, AskingWay } from './still-granted.ts'
export { systemBrowserWay } from './system-browser.ts'
export type { RefreshTokens } from './tokens.ts'

export interface AuthParts extends SignInParts {
  readonly refreshTokens: RefreshTokens
  /** The workstation's key; undefined where the keychain has none to give. */
  readonly deviceKey: () => Promise<DeviceKey | undefined>
  readonly deviceName: string
  /** Keeps what the EHR's desk answers challenges under (ADR 0114). Rejects where the keychain does not take it. */
  readonly keepUnlockSecret: (secret: string) => Promise<void>
  /** The EHR's `sub` of a user who signed in before this start, where it is kept. */
  readonly subjectOf: (userKey: string) => string | undefined
}

/** Who signed in, without the tokens. */
export type SignedInPerson = Omit<SignInResult, 'tokens' | 'server'>

export interface Auth {
  /** See sign-in.ts. Resolves when the refresh token is kept, or cannot be; the device is registered after that. */
  signIn(expect: string | undefined, signal: AbortSignal, hint?: string): Promise<SignedInPerson>
  /** See tokens.ts. After a restart it redeems the refresh token in the keychain. */
  accessToken(userKey: string, refused: boolean): Promise<AccessToken>
  /**
   * Reports what was done, in order. By a token that can do nothing else; where the EHR gives none, by the session's own while it is open,
   * and after the lock not at all. Where it could not begin it rejects `unauthorized`, `forbidden`, and the network's kinds.
   */
  report(userKey: string, reports: readonly Report[], isOpen: boolean, signal: AbortSignal): Promise<Reported>
  /** See tokens.ts. */
  ask(userKey: string, ways: readonly AskingWay[], signal: AbortSignal): Promise<Asked>
  /** For the lock: the access token is forgotten, the refresh token stays. */
  dropAccessToken(): void
  /** Revokes both tokens, for at most 3 s, and forgets them whether or not the EHR heard it. Never rejects. */
  signOut(userKey: string): Promise<void>
  /** Revokes a refresh token that is kept nowhere, for at most 3 s; gives whether the EHR took it. Never rejects. */
  revoke(refreshToken: string): Promise<boolean>
  /** Resolves when nothing is under way that nobody waits for: the registration of the device. */
  settled(): Promise<void>
}

const farewellMs = 3_000

/** Sign-in and tokens of this workstation's one user at a time. */
export function createAuth(parts: AuthParts): Auth {
  const { clientId, clock, monotonic, log, refreshTokens } = parts
  let server: AuthorizationServer | undefined
  let registering: Promise<void> = Promise.resolve()
  /** One for each person, for as long as it holds anything: of two, each would spend the refresh token that the other has spent. */
  const known = new Map<string, Tokens>()
  /** Who has signed out, and whose tokens are being taken out. */
  const leaving = new Map<string, Promise<unknown>>()
  /** Who alone may hold an access token. */
  let current: string | undefined

  async function knownServer(fetch = parts.fetch): Promise<AuthorizationServer> {
    server ??= await discover({ fetch, fhirBase: parts.fhirBase, origins: parts.origins ?? [] })
    return server
  }

  const made = (userKey: string, subject = parts.subjectOf(userKey)): Tokens =>
    createTokens({
      userKey,
      refreshTokens,
      refresh: async (token) => refresh({ server: await knownServer(), clientId, fetch: parts.fetch, clock, subject }, token),
      refreshForReports: async (token) => {
        const found = await knownServer()
        return refresh({ server: found, clientId, fetch: parts.fetch, clock, subject, scopes: reportScopeIn(found.scopeSpelling) }, token)
      },
      redeem: async (token) => redeemForNothing({ server: await knownServer(), clientId, fetch: parts.fetch, clock, subject }, token),
      introspect: async (token, signal) => {
        const fetch = abortable(parts.fetch, signal)
        const found = await knownServer(fetch)
        return found.introspection_endpoint === undefined ? undefined : introspect(oauthClient(found, clientId, fetch, clock), token, subject)
      },
      giveBack: async (late) => void (await giveBack(late, AbortSignal.timeout(farewellMs))),
      clock,
      monotonic,
      log,
    })

  function tokensOf(userKey: string, subject?: string): Tokens {
    if (current !== userKey) dropAccessToken()
    current = userKey
    const tokens = known.get(userKey) ?? made(userKey, subject)
    known.set(userKey, tokens)
    return tokens
  }

  /** About whom the EHR is asked holds no access token by it: who works keeps theirs. */
  function asking(userKey: string): Tokens {
    const tokens = known.get(userKey) ?? made(userKey)
    known.set(userKey, tokens)
    return tokens
  }

  function dropAccessToken(): void {
    if (current !== undefined) known.get(current)?.drop()
  }

  async function register(accessToken: string): Promise<void> {
    const key = await parts.deviceKey().catch(() => undefined)
    if (key === undefined) return
    const fetch = abortable(parts.fetch, AbortSignal.timeout(farewellMs))
    const registration = await registerDevice({ fetch, fhirBase: parts.fhirBase, key, displayName: parts.deviceName, clock }, accessToken)
    if (registration.state === 'registered') log.event('device.registered', { again: registration.again })
    else if (registration.state === 'no-endpoint') log.event('device.endpoint-absent', {})
    else log.event('device.not-registered', { failure: registration.failure })
    // Without it the desk answers by the one before, or not at all: the next sign-in brings another.
    if (registration.state === 'registered' && registration.unlockSecret !== undefined) {
      await parts.keepUnlockSecret(registration.unlockSecret).catch((error: unknown) => log.event('keychain.failed', { operation: 'set', failure: kindOf(error) }))
    }
  }

  async function tokenForReports(tokens: Tokens, refused: boolean, isOpen: boolean): Promise<string> {
    try {
      return (await tokens.reportToken(refused)).value
    } catch (error) {
      const kind = kindOf(error)
      if (!isOpen || (kind !== 'forbidden' && kind !== 'unauthorized')) throw error
      return (await tokens.access(false)).value
    }
  }

  async function report(userKey: string, reports: readonly Report[], isOpen: boolean, signal: AbortSignal): Promise<Reported> {
    const tokens = tokensOf(userKey)
    const sent = { fetch: abortable(parts.fetch, signal), fhirBase: parts.fhirBase, clock }
    const first = await sendReports(sent, await tokenForReports(tokens, false, isOpen), reports)
    if (first.failure !== 'unauthorized') return first
    try {
      const rest = await sendReports(sent, await tokenForReports(tokens, true, isOpen), reports.slice(first.taken))
      return { ...rest, taken: first.taken + rest.taken }
    } catch (error) {
      // What was taken is taken, whatever becomes of the token for the rest.
      return { taken: first.taken, failure: kindOf(error) }
    }
  }

  async function signOut(userKey: string): Promise<void> {
    const patience = AbortSignal.timeout(farewellMs)
    // Where something of theirs is on its way, this is who knows. Somebody else's sign-out takes nothing from who is here.
    const tokens = known.get(userKey) ?? made(userKey)
    known.set(userKey, tokens)
    if (current === userKey) current = undefined
    // Of what is on its way only its own answer knows the successor: half of the time is for what there is.
    const out = tokens.surrender(once(AbortSignal.timeout(farewellMs / 2), 'abort')).finally(() => {
      if (known.get(userKey) === tokens) known.delete(userKey)
      if (leaving.get(userKey) === out) leaving.delete(userKey)
    })
    leaving.set(userKey, out)
    await giveBack(await out, patience)
  }

  /** Gives whether the EHR took back the refresh token. */
  async function giveBack(held: Held, patience: AbortSignal): Promise<boolean> {
    if (held.access === undefined && held.refresh === undefined) return false
    const fetch = abortable(parts.fetch, patience)
    try {
      const client = oauthClient(await knownServer(fetch), clientId, fetch, clock)
      const revoked = await revoke(client, held)
      log.event('token.revoked', { ...revoked })
      return revoked.refresh
    } catch {
      log.event('token.revoked', { access: false, refresh: false })
      return false
    }
  }

  return {
    async signIn(expect, signal, hint) {
      const { tokens, server: found, ...person } = await signIn(parts, expect, signal, hint)
      server = found
      // The grant of an earlier sign-in is left to end by itself: servers that keep one session for each person would
      // end this one with it.
      await leaving.get(person.userKey)
      await tokensOf(person.userKey, person.sub).adopt(tokens)
      if (signal.aborted) {
        // Given up in the last moment. The one who locked keeps what is theirs; anyone else leaves nothing behind.
        if (expect === undefined) await signOut(person.userKey)
        throw new ChartkeepError('cancelled')
      }
      // Takes its time, and stops nobody.
      registering = register(tokens.accessToken)
      return person
    },
    accessToken: (userKey, refused) => tokensOf(userKey).access(refused),
    report,
    ask: (userKey, ways, signal) => asking(userKey).ask(ways, signal),
    dropAccessToken,
    signOut,
    revoke: (refreshToken) => giveBack({ access: undefined, refresh: refreshToken }, AbortSignal.timeout(farewellMs)),
    settled: () => registering,
  }
}
