import { createHash } from 'node:crypto'
import type { PolicyInForce } from '../policy/read.ts'
import type { UnsentWork } from '../records/protocol.ts'
import { type Session, whoIsAt } from '../session/machine.ts'
import type { PeopleHere } from './people-here.ts'

export interface StatusFacts {
  readonly version: string
  readonly policy: PolicyInForce
  /** The person as the EHR names them. */
  subjectOf(userKey: string): string | undefined
  /** Of everybody whose work lies here. */
  readonly unsent: UnsentWork
  readonly people: PeopleHere
}

/** What this workstation says of itself to the desk, since when in epoch milliseconds: no patient, and of people what the EHR calls them. */
export function statusOf(session: Session, since: number, { version, policy, subjectOf, unsent, people }: StatusFacts): object {
  const userKey = whoIsAt(session)
  const user = userKey === undefined ? undefined : subjectOf(userKey)
  return {
    state: session.state,
    since: new Date(since).toISOString(),
    ...(user === undefined ? {} : { user }),
    site: policy.policy.site,
    appVersion: version,
    policyVersion: createHash('sha256').update(JSON.stringify(policy.policy)).digest('hex').slice(0, 16),
    unsent,
    people,
  }
}
