import { isDeepStrictEqual } from 'node:util'
import type { PolicyInForce } from './read.ts'

/**
 * What a changed policy means for a session that is under way. Everything else (deadlines, what a locked screen tells, what is asked beside the PIN, what guards a vault's keys and how old they may get, how many tries of it the desk can grant, what becomes of a
 * session that is taken) is read where it is used, and holds from the next time on: it ends nothing by itself.
 */
export interface PolicyChange {
  /** Another EHR, another client of it, or other factors: whoever is signed in is not signed in by these rules. */
  readonly needsSignIn: boolean
  /** Whom to trust on the way to the EHR, or how to sign in there: what is connected now was connected under other rules. */
  readonly isOtherWay: boolean
  /** What signs in and redeems tokens was begun under other rules, or with other rights to ask for. */
  readonly isOtherDesk: boolean
}

export function policyChange(from: PolicyInForce, to: PolicyInForce): PolicyChange {
  const [before, after] = [from.policy.ehr, to.policy.ehr]
  const needsSignIn = before.fhirBase !== after.fhirBase || before.clientId !== after.clientId || !isDeepStrictEqual(from.policy.mfa, to.policy.mfa)
  const isSameWay = from.caPem === to.caPem && isDeepStrictEqual(new Set(before.pins), new Set(after.pins)) && before.signIn === after.signIn && before.redirectPort === after.redirectPort
  const isOtherWay = needsSignIn || !isSameWay
  return { needsSignIn, isOtherWay, isOtherDesk: isOtherWay || from.policy.audit.ship.ehr !== to.policy.audit.ship.ehr }
}
