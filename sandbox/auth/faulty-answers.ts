import { decodeJwt, importJWK, type JWK, type JWTPayload, SignJWT } from 'jose'
import type Provider from 'oidc-provider'
import { z } from 'zod'
import { assertNever } from '../../shared/assert-never.ts'
import type { Faults, FaultSwitches } from '../faults/index.ts'
import { impostor } from './discovery.ts'
import type { GrantStore } from './grant-store.ts'
import { toV1 } from './scopes.ts'
import type { SigningKeys } from './signing-keys.ts'

const hour = 3600

/** The claims as a server with this fault would have them. Pure. */
export function faultyClaims(claims: JWTPayload, fault: Faults['idToken']): JWTPayload {
  switch (fault) {
    case 'ok':
    case 'bad-signature':
      return claims
    case 'wrong-nonce':
      return { ...claims, nonce: 'a-nonce-of-another-request' }
    case 'wrong-issuer':
      return { ...claims, iss: impostor }
    case 'wrong-audience':
      return { ...claims, aud: 'another-client' }
    case 'wrong-subject':
      return { ...claims, sub: 'another-person' }
    case 'old-auth-time':
      return { ...claims, auth_time: Number(claims.auth_time) - 8 * hour }
    default:
      return assertNever(fault)
  }
}

/** The claims as a server whose clock is wrong by so many seconds would have them. Pure. */
export function skewedClaims(claims: JWTPayload, seconds: number): JWTPayload {
  const moved = Object.fromEntries(
    ['iat', 'exp', 'auth_time'].flatMap((name) => {
      const value = claims[name]
      return typeof value === 'number' ? [[name, value + seconds]] : []
    }),
  )
  return { ...claims, ...moved }
}

async function sign(claims: JWTPayload, alg: string, key: JWK): Promise<string> {
  const header = { alg, ...(key.kid === undefined ? {} : { kid: key.kid }) }
  return new SignJWT(claims).setProtectedHeader(header).sign(await importJWK(key, alg))
}

/** Another signature of the same length: one bit in its middle is flipped. */
function spoilSignature(jwt: string): string {
  const [header = '', payload = '', signature = ''] = jwt.split('.')
  const bytes = Buffer.from(signature, 'base64url')
  const middle = bytes.length >> 1
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle)
  return [header, payload, bytes.toString('base64url')].join('.')
}

async function spoilIdToken(jwt: string, { idToken, idTokenAlgorithm, fhirUser }: Faults, skew: number, keys: SigningKeys): Promise<string> {
  const claims = claimsInFashion(skewedClaims(faultyClaims(decodeJwt(jwt), idToken), skew), fhirUser)
  const signed = await sign(claims, idTokenAlgorithm, keys.idToken[idTokenAlgorithm])
  return idToken === 'bad-signature' ? spoilSignature(signed) : signed
}

/** The claims as a server that is older than SMART 1.0 names them. Pure. */
function claimsInFashion(claims: JWTPayload, fashion: Faults['fhirUser']): JWTPayload {
  if (fashion !== 'as-profile') return claims
  const { fhirUser, ...rest } = claims
  return { ...rest, profile: fhirUser }
}

/** The answer to a refresh as servers with this habit give it. Signed anew where it changes the ID token. */
async function refreshedInFashion(body: TokenAnswer, { refreshAnswer, idTokenAlgorithm }: Faults, keys: SigningKeys): Promise<void> {
  switch (refreshAnswer) {
    case 'whole':
      return
    case 'id-token-without-audience': {
      if (body.id_token === undefined) return
      const { aud: _aud, ...rest } = decodeJwt(body.id_token)
      body.id_token = await sign(rest, idTokenAlgorithm, keys.idToken[idTokenAlgorithm])
      return
    }
    case 'without-id-token':
      delete body.id_token
      return
    case 'without-refresh-token':
      delete body.refresh_token
      return
    default:
      assertNever(refreshAnswer)
  }
}

/** The redirect to the client as a confused or hostile server would send it. Pure. */
export function faultyCallback(location: string, fault: Faults['callback']): string {
  const url = new URL(location)
  if (fault === 'wrong-state') url.searchParams.set('state', 'a-state-of-another-request')
  if (fault === 'wrong-issuer') url.searchParams.set('iss', impostor)
  return url.href
}

interface TokenAnswer {
  id_token?: string
  refresh_token?: string
  scope?: string
}

const Source = z.object({ scope: z.string().optional() }).optional()

/** What the provider knows of the request by the time it has answered; its type for middleware leaves it out. */
const ProviderContext = z.object({
  oidc: z.object({ entities: z.object({ AuthorizationCode: Source, RefreshToken: Source, RotatedRefreshToken: Source }), params: Source }),
})

/** What an access token holds that a refresh asked less for (RFC 6749 §6). */
function refreshedScopes(whole: string, asked: string | undefined): string {
  const wanted = asked?.split(' ').filter((scope) => scope !== '')
  return wanted === undefined || wanted.length === 0 ? whole : whole.split(' ').filter((scope) => wanted.includes(scope)).join(' ')
}

function isTokenAnswer(body: unknown): body is TokenAnswer {
  return typeof body === 'object' && body !== null && 'access_token' in body
}

/**
 * Puts the faults between the honest provider and the client. Also, always: the token answer names every granted scope
 * (SMART §Obtain access token), where the provider names those of the FHIR API alone.
 */
export function answerWithFaults(
  provider: Provider,
  { faults, grants, keys, skewSeconds }: { faults: FaultSwitches; grants: GrantStore; keys: SigningKeys; skewSeconds: () => number },
): void {
  provider.use(async (context, next) => {
    const isToken = context.path === '/token'
    if (isToken && faults.current().code === 'expired') grants.expire('AuthorizationCode')
    await next()

    const current = faults.current()
    const { idToken, idTokenAlgorithm, callback, scopes } = current
    const { body } = context
    if (isToken && isTokenAnswer(body)) {
      const { entities, params } = ProviderContext.parse(context).oidc
      const whole = (entities.RefreshToken ?? entities.AuthorizationCode)?.scope ?? body.scope ?? ''
      const granted = refreshedScopes(whole, params?.scope)
      if (scopes === 'unsaid') delete body.scope
      else body.scope = scopes === 'v1' ? granted.split(' ').map(toV1).join(' ') : granted
      const isHonest = idToken === 'ok' && idTokenAlgorithm === 'RS256' && current.fhirUser !== 'as-profile' && skewSeconds() === 0
      if (body.id_token !== undefined && !isHonest) body.id_token = await spoilIdToken(body.id_token, current, skewSeconds(), keys)
      if (entities.AuthorizationCode === undefined) await refreshedInFashion(body, current, keys)
    }
    if (context.path === '/.well-known/openid-configuration') {
      const issuer = current.discovery === 'wrong-issuer' ? { issuer: impostor } : {}
      // JSON has no `undefined`: what is set to it is left out.
      const without = current.introspection === 'absent' ? { introspection_endpoint: undefined } : {}
      context.body = { ...(typeof body === 'object' ? body : {}), ...without, ...issuer, id_token_signing_alg_values_supported: [idTokenAlgorithm] }
    }
    if (context.path === '/introspect' && ProviderContext.parse(context).oidc.entities.RefreshToken !== undefined) {
      if (current.introspection === 'of-access-tokens') context.body = { active: false }
      if (current.introspection === 'of-another') context.body = { ...(typeof body === 'object' ? body : {}), sub: 'another-person' }
    }
    const location = context.response.get('location')
    // Not every answer is a redirect, whatever the types say; a native client's has a port or none (RFC 8252 §7.3).
    if (callback !== 'ok' && location && /^http:\/\/127\.0\.0\.1[:/]/.test(location)) {
      context.set('location', faultyCallback(location, callback))
    }
  })
}
