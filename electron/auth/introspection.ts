import { ClientError, ResponseBodyError, tokenIntrospection, WWWAuthenticateChallengeError, type Configuration } from 'openid-client'
import { ChartkeepError } from '../../shared/errors.ts'
import { protocolFailure } from './protocol-failure.ts'

/** What the EHR says of a token. `refused`: it does not answer this client, or not about such tokens; `another`: it speaks of somebody else's. */
export type Introspected = 'active' | 'inactive' | 'refused' | 'another'

/**
 * Asks the EHR about a refresh token (RFC 7662). Rejects with the network's kinds where it was not reached, `throttled`, `server`, and `malformed`
 * where what came is no such answer: none of that says anything of the token.
 */
export async function introspect(client: Configuration, refreshToken: string, subject: string | undefined): Promise<Introspected> {
  try {
    const { active, sub, client_id: owner } = await tokenIntrospection(client, refreshToken, { token_type_hint: 'refresh_token' })
    // Of a token that is over, RFC 7662 §2.2 has nothing else to say.
    if (!active) return 'inactive'
    const isOurs = (sub === undefined || subject === undefined || sub === subject) && (owner === undefined || owner === client.clientMetadata().client_id)
    return isOurs ? 'active' : 'another'
  } catch (error) {
    const status = statusOf(error)
    if (status === undefined) throw ours(error)
    // RFC 9110 §15.5.9: of the connection, not of the question.
    if (status === 408) throw new ChartkeepError('timeout', {}, { cause: error })
    if (status === 429) throw new ChartkeepError('throttled', {}, { cause: error })
    if (status >= 500) throw new ChartkeepError('server', {}, { cause: error })
    if (status >= 400) return 'refused'
    throw new ChartkeepError('malformed', {}, { cause: error })
  }
}

function ours(error: unknown): ChartkeepError {
  const failure = protocolFailure(error, 'refresh')
  // What the library does not take for an answer is none.
  return failure.kind === 'sign-in-mismatch' || failure.kind === 'internal' ? new ChartkeepError('malformed', {}, { cause: error }) : failure
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof ResponseBodyError || error instanceof WWWAuthenticateChallengeError) return error.status
  return error instanceof ClientError && error.cause instanceof Response ? error.cause.status : undefined
}
