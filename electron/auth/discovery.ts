import { z } from 'zod'
import { ChartkeepError } from '../../shared/errors.ts'
import { fetchJson, type Fetch } from './http.ts'
import { isDeskScope } from './desk-scopes.ts'
import type { ScopeSpelling } from './scopes.ts'

/** The part of SMART App Launch 2.x §Conformance that a native client needs. */
const SmartConfiguration = z.object({
  issuer: z.url(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  jwks_uri: z.url().optional(),
  revocation_endpoint: z.url().optional(),
  introspection_endpoint: z.url().optional().catch(undefined),
  code_challenge_methods_supported: z.array(z.string()).default([]),
  capabilities: z.array(z.string()).default([]),
  scopes_supported: z.array(z.string()).default([]).catch([]),
})

/** The part of OpenID Connect Discovery 1.0 §3 that SMART does not repeat. */
const OpenIdConfiguration = z.object({
  issuer: z.string(),
  jwks_uri: z.url(),
  revocation_endpoint: z.url().optional(),
  introspection_endpoint: z.url().optional().catch(undefined),
  id_token_signing_alg_values_supported: z.array(z.string()).default(['RS256']),
  authorization_response_iss_parameter_supported: z.boolean().default(false),
})

/** How an EHR signs people in. Every URL is https and of an origin that may be reached. */
export interface AuthorizationServer {
  readonly issuer: string
  readonly authorization_endpoint: string
  readonly token_endpoint: string
  readonly jwks_uri: string
  readonly revocation_endpoint?: string
  /** Where it may be asked about a token (RFC 7662); none where that is on a host that is not the EHR's. */
  readonly introspection_endpoint?: string
  readonly id_token_signing_alg_values_supported: string[]
  readonly authorization_response_iss_parameter_supported: boolean
  /** How it wants scopes spelled: an older server drops v2 scopes without a word, and grants nothing. */
  readonly scopeSpelling: ScopeSpelling
  /** Of the support desk's, those that it has. */
  readonly deskScopes: string[]
}

/** Signatures that prove who signed; `none` and the shared-secret ones prove nothing to a public client. */
const provingAlgorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']

export interface DiscoveryParts {
  readonly fetch: Fetch
  readonly fhirBase: string
  /** Origins the servers of this EHR may have; that of the FHIR base is always among them. */
  readonly origins?: readonly string[]
}

/**
 * Reads how to sign in: the SMART configuration under the FHIR base, and the OpenID configuration of the issuer it
 * names, which alone tells the ID token's algorithm. Rejects `sign-in-discovery` when the documents are missing, do not
 * parse, contradict each other, or lead to a host that is not the EHR's; and with the network's own kinds.
 */
export async function discover({ fetch, fhirBase, origins = [] }: DiscoveryParts): Promise<AuthorizationServer> {
  const allowed = new Set([new URL(fhirBase).origin, ...origins])
  const smart = parse(SmartConfiguration, await read(fetch, `${fhirBase}/.well-known/smart-configuration`))
  const issuer = placeOf(smart.issuer, allowed)
  const openId = parse(OpenIdConfiguration, await read(fetch, `${issuer.href.replace(/\/$/, '')}/.well-known/openid-configuration`))
  // OpenID Connect Discovery §4.3: the issuer must be the one that was asked, letter for letter.
  if (openId.issuer !== smart.issuer) throw new ChartkeepError('sign-in-discovery')
  if (!smart.code_challenge_methods_supported.includes('S256')) throw new ChartkeepError('sign-in-discovery')
  const algorithms = openId.id_token_signing_alg_values_supported.filter((name) => provingAlgorithms.includes(name))
  if (algorithms.length === 0) throw new ChartkeepError('sign-in-discovery')
  const revocation = smart.revocation_endpoint ?? openId.revocation_endpoint
  const server = {
    issuer: smart.issuer,
    authorization_endpoint: smart.authorization_endpoint,
    token_endpoint: smart.token_endpoint,
    jwks_uri: smart.jwks_uri ?? openId.jwks_uri,
    ...(revocation === undefined ? {} : { revocation_endpoint: revocation }),
  }
  for (const url of Object.values(server)) placeOf(url, allowed)
  // Nobody needs it to sign in: one that leads elsewhere is none.
  const introspection = [smart.introspection_endpoint, openId.introspection_endpoint].find((url) => url !== undefined && isPlace(url, allowed))
  return {
    ...server,
    ...(introspection === undefined ? {} : { introspection_endpoint: introspection }),
    id_token_signing_alg_values_supported: algorithms,
    authorization_response_iss_parameter_supported: openId.authorization_response_iss_parameter_supported,
    // SMART 2.x §Conformance: who takes v2 scopes says so; before 2.0 there was nothing to say.
    scopeSpelling: smart.capabilities.includes('permission-v2') ? 'v2' : 'v1',
    deskScopes: smart.scopes_supported.filter(isDeskScope),
  }
}

async function read(fetch: Fetch, url: string): Promise<unknown> {
  try {
    return await fetchJson(fetch, url)
  } catch (error) {
    const isAnswer = error instanceof ChartkeepError && ['malformed', 'not-found', 'gone', 'forbidden', 'unauthorized', 'redirected', 'too-large'].includes(error.kind)
    throw isAnswer ? new ChartkeepError('sign-in-discovery', {}, { cause: error }) : error
  }
}

function parse<T extends z.ZodType>(schema: T, value: unknown): z.infer<T> {
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw new ChartkeepError('sign-in-discovery')
  return parsed.data
}

function placeOf(text: string, allowed: ReadonlySet<string>): URL {
  if (!isPlace(text, allowed)) throw new ChartkeepError('sign-in-discovery')
  return new URL(text)
}

function isPlace(text: string, allowed: ReadonlySet<string>): boolean {
  const url = new URL(text)
  return url.protocol === 'https:' && allowed.has(url.origin) && url.username === '' && url.hash === ''
}
