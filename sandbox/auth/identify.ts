import type Provider from 'oidc-provider'
import type { Identify } from '../types.ts'
import type { Accounts } from './accounts.ts'

/** RFC 6750 §2.1, the one form accepted. */
const bearer = /^Bearer ([A-Za-z0-9._~+/-]+=*)$/i

/** Asks the authorization server itself who holds a token: a revocation takes effect with the next request. */
export function identifyBy(provider: Provider, accounts: Accounts, fhirBase: string): Identify {
  return async (authorization) => {
    const [, value] = bearer.exec(authorization ?? '') ?? []
    const token = value === undefined ? undefined : await provider.AccessToken.find(value)
    if (token === undefined || token.isExpired || token.aud !== fhirBase) return undefined
    const account = accounts.bySub(token.accountId)
    if (account === undefined || token.clientId === undefined) return undefined
    return {
      sub: account.sub,
      practitioner: account.practitioner,
      role: account.role,
      scopes: (token.scope ?? '').split(' ').filter((scope) => scope !== ''),
      clientId: token.clientId,
      ...(token.grantId === undefined ? {} : { grantId: token.grantId }),
      // The provider appends to it with each refresh.
      ...(token.gty === 'authorization_code' ? { hasJustSignedIn: true } : {}),
    }
  }
}
