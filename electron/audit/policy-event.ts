import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { assertNever } from '../../shared/assert-never.ts'
import type { PolicyOutcome } from '../policy/load.ts'
import type { PolicyInForce } from '../policy/read.ts'
import type { OwnEvent } from './own-events.ts'

/** What the chain says of the rules that hold from now on: which policy by its digest, so that IT can tell it from another. */
export function policyEvent(outcome: PolicyOutcome): OwnEvent {
  switch (outcome.state) {
    case 'loaded':
      return { event: 'policy.loaded', outcome: 'success', cause: 'refresh', facts: { policy: digestOf(outcome.inForce) } }
    case 'held':
      return { event: 'policy.held', outcome: 'failed', cause: 'refresh', facts: { policy: digestOf(outcome.inForce) } }
    case 'refused':
      return { event: 'policy.refused', outcome: 'failed', cause: 'refresh' }
    case 'policy-missing':
      return { event: 'policy.missing', outcome: 'failed', cause: 'refresh' }
    default:
      return assertNever(outcome)
  }
}

/** SHA-256 over the canonical JSON (RFC 8785) of the policy with its defaults, and the authorities it names. */
function digestOf({ policy, caPem }: PolicyInForce): string {
  return createHash('sha256').update(canonicalize({ policy, caPem: caPem ?? null }) ?? '', 'utf8').digest('hex')
}
