import { ResponseBodyError } from 'openid-client'
import { ChartkeepError } from '../../shared/errors.ts'
import type { TokenGrant } from './authorize.ts'
import { isDeskScope } from './desk-scopes.ts'
import { refresh, type RefreshParts } from './refresh.ts'

/**
 * What a refresh came to that asked for as little as there is. `narrow`: a token that says who somebody is, and can do nothing; `wider`: one that can do
 * more, since servers may give more than was asked for; `refused`: the EHR takes no such request, which says nothing of the grant.
 */
export type Redeemed = 'narrow' | 'wider' | 'refused'

/** Granted with every sign-in: without it there is no ID token. */
const least = ['openid']

/**
 * Redeems a refresh token for a token that is thrown away: that it was taken is all that is wanted. Gives the next refresh token, where the EHR gave one.
 * Rejects `unauthorized` when the grant is over, and with the network's kinds.
 */
export async function redeemForNothing(parts: Omit<RefreshParts, 'scopes'>, refreshToken: string): Promise<{ readonly redeemed: Redeemed; readonly refreshToken?: string | undefined }> {
  try {
    const grant = await refresh({ ...parts, scopes: least }, refreshToken)
    return { redeemed: canDoNothing(grant) ? 'narrow' : 'wider', refreshToken: grant.refreshToken }
  } catch (error) {
    if (isAboutTheRequest(error)) return { redeemed: 'refused' }
    throw error
  }
}

function canDoNothing({ scopes }: Pick<TokenGrant, 'scopes'>): boolean {
  return !scopes.some((scope) => scope.includes('/') || scope.includes('*') || isDeskScope(scope))
}

/** RFC 6749 §5.2: of the grant `invalid_grant` alone speaks. */
function isAboutTheRequest(error: unknown): boolean {
  return error instanceof ChartkeepError && error.kind === 'unauthorized' && error.cause instanceof ResponseBodyError && error.cause.error !== 'invalid_grant'
}
