import { assertNever } from '../../shared/assert-never.ts'
import type { Staff } from '../types.ts'

/**
 * How sure this server is of a person, as `acr` says it (OpenID Connect Core §2), and by which methods, as `amr` says it
 * (RFC 8176). `mfa` is a password and a code of an authenticator app: NIST SP 800-63B-4 AAL2.
 */
export const assurances = {
  password: { acr: 'urn:chartkeep-sandbox:acr:password', amr: ['pwd'] },
  mfa: { acr: 'urn:chartkeep-sandbox:acr:mfa', amr: ['pwd', 'otp', 'mfa'] },
} as const
export type Assurance = keyof typeof assurances

/** What a client asks for: `acr_values` are a wish, an essential claim is a condition. */
export interface AskedAssurance {
  /** In order of preference. Empty: the client leaves it to us. */
  readonly values: readonly string[]
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Reads the parameters `acr_values` and `claims` of an authorization request, which the provider has checked for their form. */
export function readAsked(params: Readonly<Record<string, unknown>>): AskedAssurance {
  const claims: unknown = typeof params['claims'] === 'string' ? JSON.parse(params['claims']) : undefined
  const idToken = isRecord(claims) ? claims['id_token'] : undefined
  const acr = isRecord(idToken) ? idToken['acr'] : undefined
  const claimed = isRecord(acr) ? [acr['value'], ...(Array.isArray(acr['values']) ? acr['values'] : [])] : []
  const named = claimed.filter((value) => typeof value === 'string')
  const wished = typeof params['acr_values'] === 'string' ? params['acr_values'].split(' ').filter((value) => value !== '') : []
  return { values: named.length > 0 ? named : wished }
}

/**
 * Which assurance a person is asked for. `unmet`: none of those that the client names can be had from them; it is then told so
 * (RFC 9470 §5), for a wish too: a client that names a level means it, and a lower one would pass for it where nobody looks.
 */
export function assuranceFor({ values }: AskedAssurance, secondFactor: Staff['secondFactor']): Assurance | 'unmet' {
  const usual = usualOf(secondFactor)
  if (values.length === 0) return usual
  for (const value of values) {
    if (value === assurances.mfa.acr && secondFactor !== undefined) return 'mfa'
    if (value === assurances.password.acr && usual === 'password') return 'password'
  }
  return 'unmet'
}

function usualOf(secondFactor: Staff['secondFactor']): Assurance {
  switch (secondFactor) {
    case 'always':
      return 'mfa'
    case 'when-asked':
    case undefined:
      return 'password'
    default:
      return assertNever(secondFactor)
  }
}
