import type { Clock } from '../../shared/clock.ts'
import type { Permission } from '../../shared/contract/procedure.ts'
import type { StaffMember } from '../../shared/contract/session.ts'
import { ChartkeepError, kindOf } from '../../shared/errors.ts'
import { newCorrelation } from '../diagnostics/correlation.ts'
import type { Log } from '../diagnostics/log.ts'
import { beginAuthorization, exchange, oauthClient, type TokenGrant } from './authorize.ts'
import { type AuthorizationServer, discover } from './discovery.ts'
import { readFhirUser } from './fhir-user.ts'
import { abortable, type Fetch } from './http.ts'
import type { Identity } from './identity.ts'
import { askedInSpelling, type Beside, readScopes } from './permissions.ts'
import { isScopeRefused } from './protocol-failure.ts'
import { isSamePlace } from './redirect-place.ts'
import { revoke } from './revoke.ts'
import { meetsMfa, type MfaRule } from './second-factor.ts'
import type { SignInWay } from './sign-in-page.ts'
import { isWithoutCharts, readStaffMember } from './staff-member.ts'

export interface SignInParts {
  readonly fetch: Fetch
  readonly fhirBase: string
  readonly clientId: string
  /** Other origins that servers of this EHR may have. */
  readonly origins?: readonly string[]
  readonly way: SignInWay
  /** What policy asks of a sign-in. */
  readonly mfa: MfaRule
  /** Whether what is done here is reported to the EHR, which needs a right of its own. */
  readonly reports: boolean
  /** The opaque, stable name of a user on this workstation. */
  readonly userKeyOf: (issuer: string, sub: string) => string
  readonly clock: Clock
  readonly monotonic: () => number
  readonly log: Log
}

/** Who signed in, and with what. The tokens are secrets. */
export interface SignInResult {
  readonly userKey: string
  readonly issuer: string
  readonly sub: string
  readonly user: StaffMember
  readonly permissions: readonly Permission[]
  /** `Practitioner/…` or `PractitionerRole/…`, where the EHR told. */
  readonly fhirUser: string | undefined
  /** Epoch milliseconds, by the EHR's clock. */
  readonly authTime: number
  readonly tokens: TokenGrant
  readonly server: AuthorizationServer
}

/** How long the EHR is asked for the user's role, or told to revoke. Milliseconds. */
const sideStepMs = 3_000

/** The only user who may come back; and as whom the EHR may take them to be, before they say so. */
interface Asked {
  readonly expect: string | undefined
  readonly hint: string | undefined
}

type Step = 'discovery' | 'page' | 'exchange' | 'identity' | 'person'

/**
 * A whole sign-in at the EHR (164.312(d)): discovery, the page, the code, the person. `expect` is the only user who may
 * come back, after a lock; `hint` is put before the EHR's sign-in, which proves it or asks for another. Rejects with a ChartkeepError of a `sign-in-*`, network or `cancelled` kind; tokens granted to
 * a person who is then refused are revoked. Cancelled by `signal` at any step.
 */
export async function signIn(parts: SignInParts, expect: string | undefined, signal: AbortSignal, hint?: string): Promise<SignInResult> {
  const { log, monotonic, way } = parts
  const correlation = newCorrelation()
  const began = monotonic()
  let step: Step = 'discovery'
  const at = (next: Step) => {
    step = next
    if (signal.aborted) throw new ChartkeepError('cancelled')
  }
  const closePage = () => way.page.close()
  signal.addEventListener('abort', closePage, { once: true })
  log.event('sign-in.began', { way: way.name, correlation })
  try {
    const result = await steps(parts, { expect, hint }, signal, at)
    log.event('sign-in.done', { ms: Math.round(monotonic() - began), narrowed: result.granted.narrowed, legacyScopes: result.granted.legacy, correlation })
    return result.person
  } catch (error) {
    const failure = signal.aborted ? 'cancelled' : kindOf(error)
    log.event('sign-in.failed', { failure, step, correlation })
    throw error instanceof ChartkeepError && error.kind === failure ? error : new ChartkeepError(failure, {}, { cause: error })
  } finally {
    signal.removeEventListener('abort', closePage)
    way.page.close()
  }
}

/** A server that refuses the whole request for a scope that it does not know is asked again for less: nobody is kept from their charts by it. */
async function steps(parts: SignInParts, who: Asked, signal: AbortSignal, at: (step: Step) => void) {
  for (const beside of parts.reports ? (['reports', 'review', 'desk'] as const) : (['review', 'desk'] as const)) {
    try {
      return await stepsFor(parts, beside, who, signal, at)
    } catch (error) {
      if (!isScopeRefused(error)) throw error
      parts.log.event('sign-in.scope-refused', {})
    }
  }
  return stepsFor(parts, 'nothing', who, signal, at)
}

async function stepsFor(parts: SignInParts, beside: Beside, { expect, hint }: Asked, signal: AbortSignal, at: (step: Step) => void) {
  const { fhirBase, clientId, way, mfa, clock, monotonic } = parts
  const fetch = abortable(parts.fetch, signal)

  at('discovery')
  const server = await discover({ fetch, fhirBase, origins: parts.origins ?? [] })
  const client = oauthClient(server, clientId, fetch, clock)
  const scopes = askedInSpelling(server, beside)

  at('page')
  const redirectUri = await way.redirectUri()
  const began = monotonic()
  const request = await beginAuthorization({ client, redirectUri, fhirBase, scopes, acrValues: mfa.required ? mfa.acr : [], ...(hint === undefined ? {} : { loginHint: hint }) })
  at('page')
  const answer = await way.page.open(request.url, {
    isRedirect: (url) => URL.canParse(url) && isSamePlace(new URL(url), redirectUri),
    allowOrigin: [new URL(server.authorization_endpoint).origin],
  })

  at('exchange')
  const { tokens, identify } = await exchange(answer, { client, request, scopes, clock, elapsedMs: () => monotonic() - began })
  try {
    at('identity')
    const identity = identify()
    if (!meetsMfa(identity.proof, mfa)) throw new ChartkeepError('sign-in-mfa')
    at('person')
    const granted = readScopes(tokens.scopes)
    return { granted, person: await welcome(parts, { identity, tokens, server, permissions: granted.permissions, expect, signal }) }
  } catch (error) {
    // Nobody will use what was granted to the wrong person, or to one who gave up.
    await revoke(oauthClient(server, clientId, abortable(parts.fetch, AbortSignal.timeout(sideStepMs)), clock), { access: tokens.accessToken, refresh: tokens.refreshToken })
    throw error
  }
}

interface Welcome {
  readonly identity: Identity
  readonly tokens: TokenGrant
  readonly server: AuthorizationServer
  readonly permissions: readonly Permission[]
  readonly expect: string | undefined
  readonly signal: AbortSignal
}

/** Decides whether this person may come in, and as who. */
async function welcome({ fetch, fhirBase, userKeyOf }: SignInParts, { identity, tokens, server, permissions, expect, signal }: Welcome): Promise<SignInResult> {
  const userKey = userKeyOf(identity.issuer, identity.sub)
  if (expect !== undefined && expect !== userKey) throw new ChartkeepError('sign-in-other-user')
  const fhirUser = readFhirUser(identity.fhirUser, identity.profile, fhirBase)
  if (fhirUser.is === 'other') throw new ChartkeepError('sign-in-role')
  const reference = fhirUser.is === 'staff' ? fhirUser.reference : undefined
  const bounded = abortable(fetch, AbortSignal.any([signal, AbortSignal.timeout(sideStepMs)]))
  const user = await readStaffMember({ fetch: bounded, fhirBase, accessToken: tokens.accessToken, reference, name: identity.name, permissions })
  // Who may do nothing here is welcome where the EHR says that their work is elsewhere: they are told so on the screen.
  if (permissions.length === 0 && !isWithoutCharts(user.role)) throw new ChartkeepError('sign-in-role')
  if (signal.aborted) throw new ChartkeepError('cancelled')
  return { userKey, issuer: identity.issuer, sub: identity.sub, user, permissions, fhirUser: reference, authTime: identity.authTime, tokens, server }
}
