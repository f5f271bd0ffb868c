import { decodeJwt } from 'jose'
import { refreshTokenGrant } from 'openid-client'
import { z } from 'zod'
import type { Clock } from '../../shared/clock.ts'
import { ChartkeepError } from '../../shared/errors.ts'
import { oauthClient, readTokens, type TokenGrant } from './authorize.ts'
import type { AuthorizationServer } from './discovery.ts'
import type { Fetch } from './http.ts'
import { protocolFailure } from './protocol-failure.ts'

const WithIdToken = z.looseObject({ id_token: z.string() })

export interface RefreshParts {
  readonly server: AuthorizationServer
  readonly clientId: string
  readonly fetch: Fetch
  readonly clock: Clock
  /** Whom the grant belongs to, where it is known. */
  readonly subject: string | undefined
  /** Less than the grant has (RFC 6749 §6); undefined: all of it. What is granted is what was asked where the answer does not say. */
  readonly scopes?: readonly string[]
}

/**
 * Asks for a new access token. Rejects `unauthorized` when the EHR has ended the grant, or answers for another person;
 * else with the network's kinds.
 *
 * Real servers send an ID token here that lacks `aud`, which is nobody's proof of anything: it is taken out before the
 * library reads the answer, and looked at for one thing alone, that it is about the same person.
 */
export async function refresh({ server, clientId, fetch, clock, subject, scopes = [] }: RefreshParts, refreshToken: string): Promise<TokenGrant> {
  const seen: { idToken?: string } = {}
  const client = oauthClient(server, clientId, async (url, init) => withoutIdToken(await fetch(url, init), seen), clock)
  try {
    const answer = await refreshTokenGrant(client, refreshToken, scopes.length === 0 ? {} : { scope: scopes.join(' ') })
    if (subject !== undefined && seen.idToken !== undefined && subjectOf(seen.idToken) !== subject) throw new ChartkeepError('unauthorized')
    return readTokens(answer, scopes, clock.now())
  } catch (error) {
    throw protocolFailure(error, 'refresh')
  }
}

async function withoutIdToken(response: Awaited<ReturnType<Fetch>>, seen: { idToken?: string }): Promise<Response> {
  if (!response.ok) return response
  const text = await response.text()
  const { status, headers } = response
  const parsed = WithIdToken.safeParse(parse(text))
  if (!parsed.success) return new Response(text, { status, headers })
  const { id_token: idToken, ...rest } = parsed.data
  seen.idToken = idToken
  return new Response(JSON.stringify(rest), { status, headers })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function subjectOf(idToken: string): string | undefined {
  try {
    return decodeJwt(idToken).sub
  } catch {
    return undefined
  }
}
