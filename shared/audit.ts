import type { HoldReason } from './alerts.ts'
import type { CalledEvent } from './audit-events.ts'
import type { AuditAction } from './contract/procedure.ts'
import type { FailureKind } from './errors.ts'

/** What happened to a call: announced before its data is released, and told again when it ended. */
export type AuditOutcome = 'intent' | 'success' | 'refused' | 'failed'

/**
 * The header of an audit entry, in clear for `main`: opaque ids alone. Sequence, hash, clocks and the user are added
 * by the chain's writer; who calls cannot choose them.
 */
export interface AuditHeader {
  readonly event: CalledEvent
  readonly action: AuditAction
  readonly outcome: AuditOutcome
  readonly cause: 'look' | 'refresh'
  /** FHIR id of the patient it is about. */
  readonly patient?: string
  /** Kind of the failure where the outcome is `refused` or `failed`. */
  readonly failure?: FailureKind
  /** Ties the entries of one call to each other and to the log. */
  readonly correlation: string
  /** What would be PHI in clear (a search text, a reason): a compact JWE (RFC 7516) that `records` made for the EHR's auditors. */
  readonly sealed?: string
  /** How many entries of the audit trail an export is said to have, and had. */
  readonly count?: number
  /** Words of `shared/alerts.ts` about a look at a chart, as `writeSignals` writes them. */
  readonly signals?: string
  /** Why somebody says that they need a chart. */
  readonly holdReason?: HoldReason
  /** There was such a text, and no key of the EHR to encrypt it to. */
  readonly text?: 'not-kept'
}

/** Where calls are recorded. `intent` resolves when the entry is durable, and rejects `audit-unavailable` when it cannot be. */
export interface AuditPort {
  intent(header: AuditHeader): Promise<void>
  /** Recorded with the next group; never holds up a reply. */
  outcome(header: AuditHeader): void
}
