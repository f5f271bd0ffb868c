import type { AppInfo } from '../../shared/contract/index.ts'
import type { Policy } from '../../shared/policy.ts'
import { workstationCode } from '../../shared/workstation-code.ts'
import type { PolicyOutcome } from '../policy/load.ts'

export interface Installation {
  readonly version: string
  /** Of the machine, as the EHR knows it. */
  readonly name: string
  readonly deviceId: string | undefined
}

/** What the screens say of this installation, policy troubles included. */
export function describeApp({ version, name, deviceId }: Installation, policy: Policy, outcome: PolicyOutcome): AppInfo {
  const trouble = troubleOf(outcome)
  return {
    version,
    workstation: { name, ...(deviceId === undefined ? {} : { code: workstationCode(deviceId) }) },
    badgeReader: policy.badge.reader === 'keyboard',
    ...(policy.support.phone === undefined ? {} : { supportPhone: policy.support.phone }),
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
      const { line, column, key, detail } = outcome.refusal
      // 0: the refusal is about the file as a whole.
      return { kind: outcome.state, ...(line > 0 ? { line, column } : {}), reason: (key === '' ? detail : `${key}: ${detail}`).slice(0, 300) }
    }
  }
}
