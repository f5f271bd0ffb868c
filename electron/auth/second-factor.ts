/** How the EHR says that somebody signed in (OpenID Connect Core §2, RFC 8176). */
export interface Proof {
  readonly acr: string | undefined
  readonly amr: readonly string[]
}

/** What policy asks of a sign-in. */
export interface MfaRule {
  readonly required: boolean
  /** The values of `acr` that mean two factors at this EHR. Empty: `amr` has to say so. */
  readonly acr: readonly string[]
}

/** The methods of RFC 8176 §2, by what they prove: something that is known, that is had, that one is. */
const factors: ReadonlyMap<string, 'knows' | 'has' | 'is'> = new Map([
  ...(['pwd', 'pin', 'kba'] as const).map((method) => [method, 'knows'] as const),
  ...(['otp', 'sms', 'tel', 'hwk', 'swk', 'sc', 'pop'] as const).map((method) => [method, 'has'] as const),
  ...(['face', 'fpt', 'iris', 'retina', 'vbm'] as const).map((method) => [method, 'is'] as const),
])

/**
 * Whether a sign-in was made with as many factors as policy asks (164.312(d), 170.315(d)(13)). Where policy names values of
 * `acr`, one of them decides, and nothing else does; where it names none, `amr` must say `mfa`, or name methods of two kinds: two
 * passwords are one factor. What the EHR does not say was not done.
 */
export function meetsMfa({ acr, amr }: Proof, rule: MfaRule): boolean {
  if (!rule.required) return true
  if (rule.acr.length > 0) return acr !== undefined && rule.acr.includes(acr)
  return amr.includes('mfa') || new Set(amr.flatMap((method) => factors.get(method) ?? [])).size > 1
}
