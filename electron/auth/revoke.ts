import { type Configuration, tokenRevocation } from 'openid-client'

/** What was revoked. */
export interface Revoked {
  readonly access: boolean
  readonly refresh: boolean
}

/**
 * Tells the EHR that tokens are no longer good (RFC 7009). The refresh token first: it matters most, and servers end its
 * access tokens with it. Never rejects; the caller bounds the time through the client's fetch.
 */
export async function revoke(client: Configuration, tokens: { readonly access: string | undefined; readonly refresh: string | undefined }): Promise<Revoked> {
  if (client.serverMetadata().revocation_endpoint === undefined) return { access: false, refresh: false }
  const refresh = await revokeOne(client, tokens.refresh, 'refresh_token')
  const access = await revokeOne(client, tokens.access, 'access_token')
  return { access, refresh }
}

async function revokeOne(client: Configuration, token: string | undefined, hint: string): Promise<boolean> {
  if (token === undefined) return false
  try {
    await tokenRevocation(client, token, { token_type_hint: hint })
    return true
  } catch {
    return false
  }
}
