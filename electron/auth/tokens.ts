import type { Clock } from '../../shared/clock.ts'
import { ChartkeepError, kindOf } from '../../shared/errors.ts'
import type { Log } from '../diagnostics/log.ts'
import type { AccessToken } from '../records/protocol.ts'
import type { TokenGrant } from './authorize.ts'
import type { Introspected } from './introspection.ts'
import type { Redeemed } from './redeem-for-nothing.ts'
import { isForReportsAlone } from './report-scope.ts'
import { type Asked, type AskingWay, askWhetherGranted, nothingToAskAbout } from './still-granted.ts'

/** Where refresh tokens are kept: the OS keychain. Every function may reject with a `keychain-*` kind. */
export interface RefreshTokens {
  /** Undefined where there is none. */
  read(userKey: string): Promise<string | undefined>
  /** `follows`: in the place of the one that is kept. Rejects `unauthorized` where none is any more: its owner has signed out, or was wiped. */
  store(userKey: string, token: string, follows?: boolean): Promise<void>
  remove(userKey: string): Promise<void>
}

export interface TokensParts {
  readonly userKey: string
  readonly refreshTokens: RefreshTokens
  /** Redeems a refresh token; rejects `unauthorized` when the grant is over. */
  readonly refresh: (refreshToken: string) => Promise<TokenGrant>
  /** The same for an access token that may report what was done, and nothing else. */
  readonly refreshForReports: (refreshToken: string) => Promise<TokenGrant>
  /** See redeem-for-nothing.ts. */
  readonly redeem: (refreshToken: string) => Promise<{ readonly redeemed: Redeemed; readonly refreshToken?: string | undefined }>
  /** See introspection.ts; undefined where the EHR has no such endpoint. */
  readonly introspect: (refreshToken: string, signal: AbortSignal) => Promise<Introspected | undefined>
  /** Revokes what the EHR gave too late for anybody to have it. Never rejects. */
  readonly giveBack: (late: Held) => Promise<void>
  readonly clock: Clock
  readonly monotonic: () => number
  readonly log: Log
}

export interface Held {
  readonly access: string | undefined
  readonly refresh: string | undefined
}

/** The tokens of one user, in the closure of these functions and nowhere else. */
export interface Tokens {
  /** Takes what a sign-in was granted; resolves when the refresh token is kept, or cannot be. */
  adopt(grant: TokenGrant): Promise<void>
  /**
   * A usable access token. `refused`: the EHR did not take the last one. Those who ask at once share one refresh, since
   * a refresh token used twice ends the grant. Rejects `unauthorized` when the grant is over.
   */
  access(refused: boolean): Promise<AccessToken>
  /**
   * An access token with which nothing can be read: it may create AuditEvents. It outlives the lock. `refused`: the EHR did not
   * take the last one. Rejects `unauthorized` where the grant is over or does not hold this right, `forbidden` where the
   * EHR gives more than was asked: then it was thrown away.
   */
  reportToken(refused: boolean): Promise<AccessToken>
  /**
   * Whether the EHR stands by the sign-in, asked without a token with which anything can be read: while locked too (still-granted.ts). Rejects
   * `unauthorized` where it does not any more. What is being spent is not given up with the signal: its successor would be lost.
   */
  ask(ways: readonly AskingWay[], signal: AbortSignal): Promise<Asked>
  /** Forgets the access token; a refresh on its way still keeps the rotated refresh token, and hands out nothing. */
  drop(): void
  /**
   * Takes both tokens out, to be revoked: nothing is left here or in the keychain, and these functions are of no more
   * use. Waits for a refresh on its way, `patience` at most; what comes of it later is given back, and kept nowhere. Never rejects.
   */
  surrender(patience: Promise<unknown>): Promise<Held>
}

/** A token that ends sooner than this is renewed before it is used: it must outlive the request. Milliseconds. */
const marginMs = 20_000

/** Keeps a user's tokens: the access token in memory, the refresh token in the keychain. */
export function createTokens({ userKey, refreshTokens, refresh, refreshForReports, redeem, introspect, giveBack, clock, monotonic, log }: TokensParts): Tokens {
  let current: AccessToken | undefined
  /** A refresh token that the keychain has not taken: the one there, if any, is older and spent. */
  let unkept: string | undefined
  let generation = 0
  /** Sign-ins so far: what an earlier one's grant still brings does not take the place of the last one's. */
  let signIns = 0
  let flight: Promise<AccessToken | undefined> | undefined
  let forReports: AccessToken | undefined
  let reportFlight: Promise<AccessToken> | undefined
  /** Refreshes follow each other: each spends the refresh token that the one before has brought. */
  let spending: Promise<unknown> = Promise.resolve()
  let surrendered = false

  /**
   * The new refresh token is kept before the new access token is used: a crash in between must not strand the user.
   * `mine` is the generation in which the grant was asked for: after a lock its access token is not taken.
   */
  async function adopt(grant: TokenGrant, mine: number, signIn: number, follows?: boolean): Promise<void> {
    await keepNext({ access: grant.accessToken, refresh: grant.refreshToken }, signIn, follows)
    if (mine === generation) current = { value: grant.accessToken, expiresAt: grant.expiresAt }
  }

  /** Where its owner signed out or was wiped while it was asked for, it lives at the EHR, and is nobody's. */
  async function keepNext(next: Held, signIn: number, follows = unkept === undefined): Promise<void> {
    if (!surrendered) {
      if (next.refresh !== undefined && signIn === signIns) unkept = next.refresh
      if (await keep(follows)) return
    }
    await giveBack(next)
    throw new ChartkeepError('locked')
  }

  /** A keychain that is locked does not stop the session; the token stays in memory until the next try. False where it has no place any more. */
  async function keep(follows: boolean): Promise<boolean> {
    const token = unkept
    if (token === undefined || surrendered) return true
    const failure = await refreshTokens.store(userKey, token, follows).then(() => undefined, kindOf)
    if ((failure === undefined || failure === 'unauthorized') && unkept === token) unkept = undefined
    if (failure !== undefined) log.event('token.not-kept', { failure })
    // Surrendered, and given away, while the keychain took it.
    if (surrendered && (await refreshTokens.read(userKey).catch(() => undefined)) === token) await remove()
    return failure !== 'unauthorized'
  }

  const remove = () => refreshTokens.remove(userKey).catch((error: unknown) => log.event('token.not-kept', { failure: kindOf(error) }))

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = spending.then(work)
    spending = mine.catch(() => undefined)
    return mine
  }

  async function lastRefreshToken(): Promise<string> {
    const token = surrendered ? undefined : (unkept ?? (await refreshTokens.read(userKey)))
    if (token === undefined) throw new ChartkeepError('unauthorized')
    return token
  }

  async function renewForReports(): Promise<AccessToken> {
    const signIn = signIns
    const grant = await refreshForReports(await lastRefreshToken())
    await keepNext({ access: grant.accessToken, refresh: grant.refreshToken }, signIn)
    if (!isForReportsAlone(grant.scopes)) throw new ChartkeepError('forbidden')
    forReports = { value: grant.accessToken, expiresAt: grant.expiresAt }
    return forReports
  }

  async function renew(): Promise<AccessToken | undefined> {
    const began = monotonic()
    const [mine, signIn] = [generation, signIns]
    try {
      const token = await lastRefreshToken()
      const grant = await refresh(token)
      log.event('token.refreshed', { ms: Math.round(monotonic() - began), rotated: grant.refreshToken !== undefined && grant.refreshToken !== token })
      await adopt(grant, mine, signIn)
      return mine === generation ? current : undefined
    } catch (error) {
      const failure = kindOf(error)
      log.event('token.refresh-failed', { failure })
      if (failure === 'unauthorized') current = undefined
      throw error
    }
  }

  async function spendForNothing(): Promise<Redeemed> {
    const signIn = signIns
    const { redeemed, refreshToken } = await redeem(await lastRefreshToken())
    await keepNext({ access: undefined, refresh: refreshToken }, signIn)
    return redeemed
  }

  /** Of one that was spent while it was asked about, the EHR says that it is over: its successor is asked about. */
  async function introspectLast(signal: AbortSignal): Promise<Introspected | undefined> {
    const token = await lastRefreshToken()
    const said = await introspect(token, signal)
    if (said !== 'inactive') return said
    await spending
    const next = await lastRefreshToken()
    return next === token ? said : introspect(next, signal)
  }

  /** One refresh at a time. One that began before a lock is waited for, since its token is being spent, and not shared. */
  async function renewOnce(): Promise<AccessToken> {
    const mine = generation
    flight ??= inTurn(renew).finally(() => {
      flight = undefined
    })
    const token = await flight
    if (mine !== generation) throw new ChartkeepError('locked')
    return token ?? renewOnce()
  }

  return {
    async adopt(grant) {
      generation += 1
      signIns += 1
      current = undefined
      await adopt(grant, generation, signIns, false)
    },
    async access(refused) {
      if (unkept !== undefined && flight === undefined) await keep(false)
      const usable = current !== undefined && current.expiresAt - clock.now() > marginMs ? current : undefined
      return usable !== undefined && !refused ? usable : renewOnce()
    },
    async reportToken(refused) {
      if (forReports && !refused && forReports.expiresAt - clock.now() > marginMs) return forReports
      forReports = undefined
      reportFlight ??= inTurn(renewForReports).finally(() => {
        reportFlight = undefined
      })
      return reportFlight
    },
    async ask(ways, signal) {
      // Some EHRs give no refresh token: there is nothing to ask about, and nothing is over.
      if (surrendered || (unkept ?? (await refreshTokens.read(userKey))) === undefined) return nothingToAskAbout
      try {
        return await askWhetherGranted({ ways, introspect: () => introspectLast(signal), redeem: () => inTurn(spendForNothing) })
      } catch (error) {
        // Of a sign-in that its owner has ended meanwhile the EHR refuses nothing.
        throw surrendered ? new ChartkeepError('locked') : error
      }
    },
    drop() {
      generation += 1
      current = undefined
    },
    async surrender(patience) {
      const access = current?.value
      generation += 1
      current = undefined
      await Promise.race([spending, patience])
      surrendered = true
      const kept = await refreshTokens.read(userKey).catch(() => undefined)
      const refreshToken = unkept ?? kept
      unkept = undefined
      await remove()
      return { access, refresh: refreshToken }
    },
  }
}
