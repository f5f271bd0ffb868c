import type { Faults } from '../faults/index.ts'
import { advertisedScopes, toV1 } from './scopes.ts'

/** Who the server says it is under a fault. */
export const impostor = 'https://impostor.example/auth'

/** What `<fhir base>/.well-known/smart-configuration` says (SMART App Launch 2.2 §Conformance). */
export function smartConfiguration(baseUrl: string, { discovery, scopes, introspection }: Pick<Faults, 'discovery' | 'scopes' | 'introspection'>) {
  const issuer = `${baseUrl}/auth`
  return {
    issuer: discovery === 'wrong-issuer' ? impostor : issuer,
    jwks_uri: `${issuer}/jwks`,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    revocation_endpoint: `${issuer}/revoke`,
    ...(introspection === 'absent' ? {} : { introspection_endpoint: `${issuer}/introspect` }),
    token_endpoint_auth_methods_supported: ['none'],
    // Ours: SMART has no members for them.
    audit_encryption_jwks_uri: `${baseUrl}/audit-keys`,
    audit_text_endpoint: `${baseUrl}/audit-keys/open`,
    file_encryption_jwks_uri: `${baseUrl}/file-keys`,
    introspection_endpoint_auth_methods_supported: ['client_secret_basic'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
    scopes_supported: scopes === 'v1' ? [...new Set(advertisedScopes.map(toV1))] : advertisedScopes,
    capabilities: [
      'launch-standalone',
      'client-public',
      'sso-openid-connect',
      'permission-user',
      'permission-offline',
      scopes === 'v1' ? 'permission-v1' : 'permission-v2',
      'authorize-post',
    ],
  }
}
