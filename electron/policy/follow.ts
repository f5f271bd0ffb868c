import { Policy } from '../../shared/policy.ts'
import { loadPolicy, type PolicyOutcome, type PolicyParts, watchPolicy } from './load.ts'
import type { PolicyInForce } from './read.ts'

/** What holds on a workstation without a policy: the safe defaults, and an EHR that cannot exist (RFC 6761 §6.4). */
const withoutPolicy = (): PolicyInForce => ({ policy: Policy.parse({ ehr: { fhirBase: 'https://unset.invalid/fhir', clientId: 'unset' } }), caPem: undefined })

export interface FollowedPolicy {
  inForce(): PolicyInForce
  outcome(): PolicyOutcome
  /** False where there is no policy that could be followed: nobody can sign in. */
  isSet(): boolean
  /** Told what holds from now on, and what did before. */
  onChange(listener: (to: PolicyInForce, from: PolicyInForce) => void): void
  stop(): void
}

/** Reads the policy and keeps to what it becomes. A policy that is taken away holds until the next start. */
export async function followPolicy(parts: PolicyParts): Promise<FollowedPolicy> {
  let outcome = await loadPolicy(parts)
  let isSet = 'inForce' in outcome
  let inForce = 'inForce' in outcome ? outcome.inForce : withoutPolicy()
  const listeners = new Set<(to: PolicyInForce, from: PolicyInForce) => void>()
  const watch = watchPolicy(parts, outcome, (changed) => {
    const before = inForce
    outcome = changed
    if ('inForce' in changed) {
      inForce = changed.inForce
      isSet = true
    }
    for (const listener of listeners) listener(inForce, before)
  })
  return {
    inForce: () => inForce,
    outcome: () => outcome,
    isSet: () => isSet,
    onChange: (listener) => void listeners.add(listener),
    stop: () => watch.stop(),
  }
}
