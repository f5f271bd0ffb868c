import type { AppInfo } from '../../shared/contract/index.ts'
import type { Policy } from '../../shared/policy.ts'
import type { PolicyOutcome } from '../policy/load.ts'

/** What the screens say of this installation, policy troubles included. */
export function describeApp(version: string, policy: Policy, outcome: PolicyOutcome): AppInfo {
  const trouble = troubleOf(outcome)
  return {
    version,
    environment: policy.environment,
    site: policy.site,
    signIn: policy.ehr.signIn,
    ...(trouble ? { policyTrouble: trouble } : {}),
  }
}

function troubleOf(outcome: PolicyOutcome): AppInfo['policyTrouble'] {
  switch (outcome.state) {
    case 'loaded':
      return undefined
    case 'policy-missing':
      return { kind: 'missing' }
    case 'held':
    case 'refused': {
      const { line, column, detail } = outcome.refusal
      // 0: the refusal is about the file as a whole.
      return { kind: outcome.state, ...(line > 0 ? { line, column } : {}), reason: detail.slice(0, 300) }
    }
  }
}
