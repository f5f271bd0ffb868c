import { describe, expect, it } from 'vitest'
import { ChartkeepError, kindOf } from '../../shared/errors.ts'
import { discover } from './discovery.ts'
import type { Fetch } from './http.ts'

const origin = 'https://ehr.example.org'
const fhirBase = `${origin}/fhir/R4`
const issuer = `${origin}/auth`
const smart = { issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token`, revocation_endpoint: `${issuer}/revoke`, code_challenge_methods_supported: ['S256'], capabilities: ['launch-standalone', 'permission-v2'] }
const openId = { issuer, jwks_uri: `${issuer}/jwks`, id_token_signing_alg_values_supported: ['ES384', 'HS256', 'none'], authorization_response_iss_parameter_supported: true }

/** An EHR that answers these documents. */
function serving(smartDocument: unknown, openIdDocument: unknown = openId): Fetch {
  return (url) => {
    if (String(url) === `${fhirBase}/.well-known/smart-configuration`) return Promise.resolve(Response.json(smartDocument))
    if (String(url) === `${issuer}/.well-known/openid-configuration`) return Promise.resolve(Response.json(openIdDocument))
    return Promise.resolve(new Response(null, { status: 404 }))
  }
}
const failure = (fetch: Fetch, origins: readonly string[] = []) => discover({ fetch, fhirBase, origins }).then(() => undefined, kindOf)

describe('discovery', () => {
  it('puts together what SMART and OpenID say; the ID token’s algorithm is named in the latter alone', async () => {
    expect(await discover({ fetch: serving(smart), fhirBase })).toEqual({
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      revocation_endpoint: `${issuer}/revoke`,
      jwks_uri: `${issuer}/jwks`,
      id_token_signing_alg_values_supported: ['ES384'],
      authorization_response_iss_parameter_supported: true,
      scopeSpelling: 'v2',
      deskScopes: [],
    })
  })

  it('notes which of the support desk’s scopes there are, where the server says', async () => {
    const named = (scopes_supported: unknown) => discover({ fetch: serving({ ...smart, scopes_supported }), fhirBase })
    expect(await named(['openid', 'lockout.read', 'lockout.everything'])).toMatchObject({ deskScopes: ['lockout.read'] })
    for (const odd of ['lockout.read', [1], null]) expect(await named(odd)).toMatchObject({ deskScopes: [] })
  })

  it('takes a server that does not say that it knows v2 scopes for one that does not', async () => {
    for (const capabilities of [undefined, [], ['permission-v1', 'permission-user']]) {
      expect(await discover({ fetch: serving({ ...smart, capabilities }), fhirBase })).toMatchObject({ scopeSpelling: 'v1' })
    }
  })

  it.each([
    ['another host for the token endpoint', { ...smart, token_endpoint: 'https://evil.example.org/token' }, openId],
    ['another port for the authorization endpoint', { ...smart, authorization_endpoint: `${origin}:8443/authorize` }, openId],
    ['plain http', { ...smart, authorization_endpoint: 'http://ehr.example.org/auth/authorize' }, openId],
    ['a user name in a URL', { ...smart, token_endpoint: 'https://ehr.example.org@evil.example.org/token' }, openId],
    ['a script for the authorization endpoint', { ...smart, authorization_endpoint: 'javascript:alert(1)' }, openId],
    ['no PKCE', { ...smart, code_challenge_methods_supported: ['plain'] }, openId],
    ['no issuer', { ...smart, issuer: undefined }, openId],
    ['an issuer that says it is another', smart, { ...openId, issuer: `${issuer}/` }],
    ['keys on another host', smart, { ...openId, jwks_uri: 'https://evil.example.org/jwks' }],
    ['no signature that proves anything', smart, { ...openId, id_token_signing_alg_values_supported: ['none', 'HS256'] }],
    ['a text instead of a document', 'sign in here', openId],
    ['nothing', null, openId],
  ])('refuses %s', async (_, smartDocument, openIdDocument) => {
    expect(await failure(serving(smartDocument, openIdDocument))).toBe('sign-in-discovery')
  })

  it('accepts another host where policy names it', async () => {
    const elsewhere = 'https://login.example.org'
    expect(await failure(serving({ ...smart, authorization_endpoint: `${elsewhere}/authorize` }), [elsewhere])).toBeUndefined()
  })

  it('tells a missing or garbled document from an EHR that is down or not reached', async () => {
    const answering = (answer: () => Response): Fetch => () => Promise.resolve(answer())
    expect(await failure(answering(() => new Response('<html>guest wifi', { status: 200 })))).toBe('sign-in-discovery')
    expect(await failure(answering(() => new Response(null, { status: 404 })))).toBe('sign-in-discovery')
    expect(await failure(answering(() => new Response(null, { status: 503 })))).toBe('server')
    expect(await failure(answering(() => new Response(null, { status: 429 })))).toBe('throttled')
    for (const kind of ['offline', 'untrusted-certificate', 'timeout'] as const) expect(await failure(() => Promise.reject(new ChartkeepError(kind)))).toBe(kind)
    expect(await failure(() => Promise.reject(new ChartkeepError('redirected')))).toBe('sign-in-discovery')
  })
})
