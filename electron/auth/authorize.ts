import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  clockSkew,
  clockTolerance,
  Configuration,
  customFetch,
  enableNonRepudiationChecks,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client'
import type { Clock } from '../../shared/clock.ts'
import { ChartkeepError } from '../../shared/errors.ts'
import type { AuthorizationServer } from './discovery.ts'
import type { Fetch } from './http.ts'
import { type Identity, readIdentity, skewSeconds } from './identity.ts'
import { protocolFailure } from './protocol-failure.ts'
import { isSamePlace } from './redirect-place.ts'

/** Longer than any time-out of the transport, whose failure tells more. Seconds. */
const libraryTimeoutSeconds = 90

/** The OAuth client, with the algorithm, the clock and the transport that policy and discovery say. */
export function oauthClient(server: AuthorizationServer, clientId: string, fetch: Fetch, clock: Clock): Configuration {
  // The library reads the system's clock; the difference makes it read ours.
  const skew = Math.round((clock.now() - Date.now()) / 1_000)
  const client = new Configuration({ ...server }, clientId, { [clockSkew]: skew, [clockTolerance]: skewSeconds }, None())
  client[customFetch] = (url, options) => fetch(url, options)
  client.timeout = libraryTimeoutSeconds
  // TLS already proves who sent the ID token; its signature is checked all the same.
  enableNonRepudiationChecks(client)
  return client
}

/** A request that is on its way, with what its answer must fit. Held in memory, for one sign-in. */
export interface AuthorizationRequest {
  readonly url: string
  readonly redirectUri: string
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

export interface RequestParts {
  readonly client: Configuration
  readonly redirectUri: string
  readonly fhirBase: string
  readonly scopes: readonly string[]
  /** Levels of assurance that the EHR is asked for, any of which will do; none: it is left to the EHR. */
  readonly acrValues: readonly string[]
  /** Whom the EHR may take the person to be until they say so (OpenID Connect Core §3.1.2.1). */
  readonly loginHint?: string
}

/**
 * Begins a SMART standalone launch: authorization code with PKCE S256 (RFC 7636), state, nonce, `aud` so that the
 * token is for this FHIR server alone, `prompt=login` and `max_age=0` so that the person is asked again.
 */
export async function beginAuthorization({ client, redirectUri, fhirBase, scopes, acrValues, loginHint }: RequestParts): Promise<AuthorizationRequest> {
  const state = randomState()
  const nonce = randomNonce()
  const verifier = randomPKCECodeVerifier()
  const url = buildAuthorizationUrl(client, {
    redirect_uri: redirectUri,
    scope: scopes.join(' '),
    aud: fhirBase,
    state,
    nonce,
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    prompt: 'login',
    max_age: '0',
    ...(acrValues.length === 0 ? {} : { acr_values: acrValues.join(' ') }),
    ...(loginHint === undefined ? {} : { login_hint: loginHint }),
  })
  return { url: url.href, redirectUri, state, nonce, verifier }
}

/** What the token endpoint gave. The tokens are secrets: held in memory and the keychain, never logged. */
export interface TokenGrant {
  readonly accessToken: string
  /** Epoch milliseconds. */
  readonly expiresAt: number
  readonly refreshToken: string | undefined
  /** As granted; where the answer does not say, as asked (RFC 6749 §5.1). */
  readonly scopes: readonly string[]
}

/** Where the server does not say how long an access token lives. Seconds. */
const defaultLifeSeconds = 300

/** Reads a token answer; `now` is when it came, in epoch milliseconds. */
export function readTokens(answer: { readonly access_token: string; readonly expires_in?: number; readonly refresh_token?: string; readonly scope?: string }, asked: readonly string[], now: number): TokenGrant {
  return {
    accessToken: answer.access_token,
    expiresAt: now + (answer.expires_in ?? defaultLifeSeconds) * 1_000,
    refreshToken: answer.refresh_token,
    scopes: answer.scope === undefined ? asked : answer.scope.split(' ').filter((scope) => scope !== ''),
  }
}

export interface ExchangeParts {
  readonly client: Configuration
  readonly request: AuthorizationRequest
  readonly scopes: readonly string[]
  readonly clock: Clock
  /** Since the request was begun, by a clock that nobody can set. */
  readonly elapsedMs: () => number
}

/**
 * Redeems the redirect for tokens and reads who signed in. The person part rejects only after the tokens are known, so
 * that the caller can revoke what was granted to the wrong one. Rejects `sign-in-mismatch` (state, nonce, issuer,
 * audience, signature), `sign-in-expired`, `sign-in-declined`, `sign-in-clock`, and the network's kinds.
 */
export async function exchange(answerUrl: string, { client, request, scopes, clock, elapsedMs }: ExchangeParts): Promise<{ readonly tokens: TokenGrant; readonly identify: () => Identity }> {
  const answer = URL.canParse(answerUrl) ? new URL(answerUrl) : undefined
  if (!answer || !isSamePlace(answer, request.redirectUri)) throw new ChartkeepError('sign-in-mismatch')
  try {
    const granted = await authorizationCodeGrant(client, answer, { pkceCodeVerifier: request.verifier, expectedState: request.state, expectedNonce: request.nonce, idTokenExpected: true })
    const moments = { answeredAt: clock.now(), elapsedMs: elapsedMs() }
    return { tokens: readTokens(granted, scopes, moments.answeredAt), identify: () => readIdentity(granted.claims(), moments) }
  } catch (error) {
    throw protocolFailure(error, 'exchange')
  }
}
