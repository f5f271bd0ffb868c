import { type Configuration, errors, interactionPolicy, type KoaContextWithOIDC, Provider } from 'oidc-provider'
import { z } from 'zod'
import type { Faults, FaultSwitches } from '../faults/index.ts'
import type { Account, Accounts } from './accounts.ts'
import { assurances, readAsked } from './assurance.ts'
import { type Application, clientId as ownClient, clientMetadata, originsOf, resourceServerId } from './clients.ts'
import { isDeskScope } from './desk-scopes.ts'
import type { GrantStore } from './grant-store.ts'
import { dataScopesOf, fromV1, identityScopes, narrowScopes, parseDataScope, withoutWithheld } from './scopes.ts'
import type { SigningKeys } from './signing-keys.ts'

/** Five minutes: what a stolen access token is good for. Seconds. */
const accessTokenSeconds = 300

const hour = 3600
const day = 24 * hour

export interface AuthorizationServerOptions {
  /** The issuer is `<baseUrl>/auth`. */
  baseUrl: string
  fhirBase: string
  accounts: Accounts
  grants: GrantStore
  keys: SigningKeys
  faults: FaultSwitches
  known: ReadonlyMap<string, Application>
  /** Of the client that asks about tokens. */
  resourceServerSecret: string
  renderError: (context: KoaContextWithOIDC, error: { code: string; explanation: string }) => void
}

/** Data scopes live in the request while it is authorized, in the code or the refresh token once there is one. */
function scopesInPlay(context: KoaContextWithOIDC): string {
  const { entities, params } = context.oidc
  const granted = entities.RefreshToken?.scope ?? entities.AuthorizationCode?.scope
  return dataScopesOf(granted ?? (typeof params?.scope === 'string' ? params.scope : undefined))
}

/** The parameters as they arrived: the provider has dropped `offline_access` from its own copy (see `aud` below). */
const Asked = z.object({ scope: z.string().optional() })

/** Puts right what the provider made of the scopes of a request that has just come in; one that goes on is right already. */
function readScopesAsked(context: KoaContextWithOIDC, { scopes }: Faults): void {
  const { params } = context.oidc
  const asked = Asked.safeParse(context.method === 'POST' ? context.oidc.body : context.query)
  if (!params || !asked.success || asked.data.scope === undefined) return
  const kept = typeof params.scope === 'string' ? params.scope.split(' ') : []
  const offline = asked.data.scope.split(' ').includes('offline_access') ? ['offline_access'] : []
  // A server of SMART v1 drops v2 scopes without a word; what it understands is v2 from here on.
  const known = scopes === 'v1' ? kept.filter((scope) => parseDataScope(scope) === undefined).map((scope) => fromV1(scope) ?? scope) : kept
  // The desk's scopes are for the hospital's own application: no other gives orders, whoever uses it.
  const theirs = context.oidc.client?.clientId === ownClient ? known : known.filter((scope) => !isDeskScope(scope))
  params.scope = [...new Set([...theirs, ...offline])].join(' ')
}

function claimsOf(account: Account, fhirBase: string, faults: FaultSwitches) {
  const fhirUser = `Practitioner/${account.practitioner}`
  return {
    sub: account.sub,
    name: account.name,
    fhirUser: faults.current().fhirUser === 'relative' ? fhirUser : `${fhirBase}/${fhirUser}`,
  }
}

/**
 * The provider's own policy, and a step up: a session that is less sure than the request asks is not enough for it. Once a person
 * has just signed in the answer is what it is: the pages have seen to it.
 */
function signInPolicy() {
  const policy = interactionPolicy.base()
  const { Check } = interactionPolicy
  const stepUp = new Check('acr_values', 'the session is less sure than was asked', ({ oidc }) => {
    const { values } = readAsked(oidc.params ?? {})
    const isEnough = values.length === 0 || oidc.result?.login !== undefined || values.includes(oidc.session?.acr ?? '')
    return isEnough ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT
  })
  policy.get('login')?.checks.add(stepUp)
  return policy
}

/** What a client may ask of the ID token by name: how the person signed in. The rest comes with scopes. */
const askable: ReadonlySet<string> = new Set(['acr', 'amr', 'auth_time', 'sub'])

function assertClaims(claims: { id_token?: object | null | undefined }): void {
  const id = claims.id_token ?? {}
  if (!Object.entries(id).every(([name, value]) => askable.has(name) && (value === null || typeof value === 'object'))) {
    throw new errors.InvalidRequest('claims may name acr, amr, auth_time and sub of the ID token')
  }
}

/** A resource server asks about every token of the API; any other client about its own. */
const mayAskAbout = (asking: string, token: { clientId?: string | undefined }) => asking === resourceServerId || token.clientId === asking

/** The authorization server: OpenID Connect with the rules of SMART App Launch 2.x on top. */
export function authorizationServer(options: AuthorizationServerOptions): Provider {
  const { baseUrl, fhirBase, accounts, grants, keys, faults, known, resourceServerSecret } = options

  const configuration: Configuration = {
    adapter: (model) => grants.adapter(model, () => faults.current().refreshReuse === 'lost-answer'),
    acrValues: [assurances.password.acr, assurances.mfa.acr],
    clients: clientMetadata(known, resourceServerSecret),
    jwks: { keys: [keys.idToken.RS256, keys.idToken.ES384] },
    // ES384 is put on afterwards, see faulty-answers.ts.
    enabledJWA: { idTokenSigningAlgValues: ['RS256'] },
    scopes: identityScopes,
    claims: {
      openid: ['sub', 'auth_time', 'amr', 'acr'],
      fhirUser: ['fhirUser'],
      profile: ['name'],
    },
    // SMART puts fhirUser into the ID token; OpenID would leave it to the userinfo endpoint.
    conformIdTokenClaims: false,
    // An expired token is expired: the default lets it live 15 s longer.
    clockTolerance: 0,
    cookies: {
      names: { session: 'sandbox_session', interaction: 'sandbox_interaction', resume: 'sandbox_resume' },
      keys: [keys.cookie],
      long: { path: '/auth', httpOnly: true, sameSite: 'lax', secure: true },
      short: { httpOnly: true, sameSite: 'lax', secure: true },
    },
    responseTypes: ['code'],
    clientAuthMethods: ['none', 'client_secret_basic'],
    // The token endpoint, from a page of this very client.
    clientBasedCORS: (_context, origin, { redirectUris = [] }) => originsOf(redirectUris).includes(origin),
    pkce: { required: () => true },
    routes: { authorization: '/authorize', token: '/token', jwks: '/jwks', revocation: '/revoke', introspection: '/introspect' },
    interactions: { policy: signInPolicy(), url: (_context, interaction) => `/auth/interaction/${interaction.uid}` },
    extraParams: {
      // SMART §Obtain authorization code: `aud` names the FHIR server, so that a token never reaches another.
      aud: (context, value) => {
        if (value !== fhirBase) throw new errors.InvalidRequest('aud must be the base URL of this FHIR server')
        // OpenID asks prompt=consent for offline_access; SMART does not. Requests are checked in order: this is past it.
        readScopesAsked(context, faults.current())
      },
    },
    findAccount: (_context, sub) => {
      const account = accounts.bySub(sub)
      return account && { accountId: sub, claims: () => claimsOf(account, fhirBase, faults) }
    },
    // A grant for each sign-in: losing one workstation's does not sign out the others.
    loadExistingGrant: async (context) => {
      const { session, params, result, provider } = context.oidc
      const account = accounts.bySub(session?.accountId ?? '')
      if (account && params && typeof params.scope === 'string') {
        const asked = params.scope.split(' ')
        const identity = identityScopes.filter((scope) => asked.includes(scope))
        params.scope = [...identity, ...withoutWithheld(narrowScopes(asked, account.role), faults.current().withheld)].join(' ')
      }
      const grantId = result?.consent?.grantId
      return grantId === undefined ? undefined : provider.Grant.find(grantId)
    },
    expiresWithSession: () => false,
    // Who sends no new one has not taken the old one away.
    rotateRefreshToken: () => faults.current().refreshAnswer !== 'without-refresh-token',
    ttl: {
      AccessToken: accessTokenSeconds,
      AuthorizationCode: 60,
      Grant: 30 * day,
      IdToken: accessTokenSeconds,
      Interaction: hour,
      RefreshToken: 14 * day,
      Session: 12 * hour,
    },
    renderError: (context, out) => {
      options.renderError(context, { code: out.error, explanation: out.error_description ?? '' })
    },
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      claimsParameter: { enabled: true, assertClaimsParameter: (_context, claims) => assertClaims(claims) },
      introspection: { enabled: true, allowedPolicy: (_context, client, token) => mayAskAbout(client.clientId, token) },
      pushedAuthorizationRequests: { enabled: false },
      revocation: { enabled: true, allowedPolicy: (_context, client, token) => token.clientId === client.clientId },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => fhirBase,
        useGrantedResource: () => true,
        getResourceServerInfo: (context, resource) => {
          if (resource !== fhirBase) throw new errors.InvalidTarget()
          return {
            scope: scopesInPlay(context),
            audience: fhirBase,
            accessTokenTTL: accessTokenSeconds,
            accessTokenFormat: 'opaque',
          }
        },
      },
    },
  }
  return new Provider(`${baseUrl}/auth`, configuration)
}
