import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client'
import { ChartkeepError, type FailureKind } from '../../shared/errors.ts'

/**
 * What went wrong in a step of the protocol, as one of our kinds. The library's messages and causes hold claims and
 * parameters: they stay in `cause`, which nobody logs.
 */
export function protocolFailure(error: unknown, step: 'exchange' | 'refresh'): ChartkeepError {
  const ours = findOurs(error)
  if (ours) return ours
  return new ChartkeepError(kindOf(error, step), {}, { cause: error })
}

/** RFC 6749 §4.1.2.1: the server takes nothing of the request because of a scope in it. */
export function isScopeRefused(error: unknown): boolean {
  return error instanceof ChartkeepError && error.cause instanceof AuthorizationResponseError && error.cause.error === 'invalid_scope'
}

function kindOf(error: unknown, step: 'exchange' | 'refresh'): FailureKind {
  if (error instanceof AuthorizationResponseError) return authorizationKind(error.error)
  if (error instanceof ResponseBodyError) return tokenEndpointKind(error, step)
  if (error instanceof ClientError) return clientKind(error)
  return 'internal'
}

/** RFC 6749 §4.1.2.1, OpenID Connect Core §3.1.2.6. */
function authorizationKind(code: string): FailureKind {
  // OpenID Connect Core Error Code unmet_authentication_requirements 1.0: this person cannot sign in as it was asked.
  if (code === 'unmet_authentication_requirements') return 'sign-in-mfa'
  return code === 'server_error' || code === 'temporarily_unavailable' ? 'server' : 'sign-in-declined'
}

/** RFC 6749 §5.2. `invalid_grant`: the code or the refresh token is unknown, too old, used before or revoked. */
function tokenEndpointKind(error: ResponseBodyError, step: 'exchange' | 'refresh'): FailureKind {
  if (error.status === 408) return 'timeout'
  if (error.status === 429) return 'throttled'
  if (error.status >= 500) return 'server'
  if (step === 'refresh') return 'unauthorized'
  return error.error === 'invalid_grant' ? 'sign-in-expired' : 'sign-in-declined'
}

function clientKind(error: ClientError): FailureKind {
  switch (error.code) {
    case 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED':
      return 'sign-in-clock'
    case 'OAUTH_TIMEOUT':
      return 'timeout'
    case 'OAUTH_ABORT':
      return 'cancelled'
    case 'OAUTH_RESPONSE_IS_NOT_CONFORM':
    case 'OAUTH_RESPONSE_IS_NOT_JSON':
      return statusOf(error.cause) === 429 ? 'throttled' : 'server'
    case 'OAUTH_PARSE_ERROR':
      return 'malformed'
    case undefined:
    default:
      // State, nonce, issuer, audience, algorithm, signature, a claim that is missing.
      return 'sign-in-mismatch'
  }
}

function statusOf(cause: unknown): number | undefined {
  return cause instanceof Response ? cause.status : undefined
}

/** A failure of the transport, under however many wrappers. */
function findOurs(error: unknown): ChartkeepError | undefined {
  for (let one = error, depth = 0; one instanceof Error && depth < 8; one = one.cause, depth += 1) {
    if (one instanceof ChartkeepError) return one
  }
  return undefined
}
