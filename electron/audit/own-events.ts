import type { CalledEvent } from '../../shared/audit-events.ts'
import type { FailureKind } from '../../shared/errors.ts'
import type { AlertRule, AlertSeverity } from '../../shared/alerts.ts'
import type { OrderKind } from '../../shared/desk/order-kinds.ts'
import type { Refusal } from '../orders/order.ts'
import type { Presence } from '../vault/presence.ts'
import type { RotationDue } from '../../shared/rotation-due.ts'
import type { LockReason, SessionState } from '../../shared/contract/index.ts'

/**
 * What `main` records of itself, beside the calls of the contract: who comes and goes, whose keys are handled, which
 * rules hold (164.312(b); 45 CFR 170.315(d)(2), which asks for changes of privileges and of the audit itself too).
 */
type OwnEventName =
  | 'app.started'
  | 'app.ended'
  | `session.${SessionState}`
  /** Main's part of a key, given to `records` for one try. */
  | 'key.release'
  /** A new part, for a new PIN or because the old one is due to be replaced, beside the old one. */
  | 'key.renew'
  /** Somebody wants a user's keys replaced at the next unlock. */
  | 'key.rotation-order'
  /** The PIN was right, or is set: all tries are there again, and older parts, with what they opened, are gone. */
  | 'key.settle'
  | 'pin.void'
  /** The desk's answer brought new tries; or it did not (`failed`). */
  | 'pin.tries-granted'
  /** Everything that is kept of a user is destroyed. */
  | 'vault.wipe'
  /** The EHR was told that the refresh token of somebody who was wiped is no longer good; `failed`: it was not reached, or did not take it. */
  | 'token.revoke'
  | 'keychain.failed'
  /** Somebody works, and nothing of it is kept on this workstation. */
  | 'session.memory-only'
  /** There is no keychain to speak to: nothing is kept here. */
  | 'keychain.memory-only'
  | 'device-key.unavailable'
  /** An order of the support desk: taken (`intent`), and what became of it. */
  | `order.${OrderKind}`
  /** A token that was no order to this workstation, or not now. */
  | 'order.refused'
  /** What was kept of earlier orders was damaged, and set aside. */
  | 'order.journal-damaged'
  /** The EHR has not answered the question for orders for five minutes: the desk could not reach this workstation. */
  | 'orders.unheard'
  /** It answers again; `failed`: that it has none for this workstation. */
  | 'orders.heard'
  | 'policy.loaded'
  | 'policy.held'
  | 'policy.refused'
  | 'policy.missing'
  /** A pattern in the entries before it, which somebody should look at. */
  | 'alert.raised'
  /** A hold without an answer, said again in a new file of the chain. */
  | 'hold.carried'

/** What the chain says of itself. */
export type ChainEventName = 'chain.began' | 'chain.checkpoint' | 'chain.pruned' | 'chain.recovered' | 'chain.rolled-back' | 'chain.outcomes-lost' | 'chain.outcome-malformed'

/** Everything that an entry of the chain can be about. */
export type EntryEvent = CalledEvent | OwnEventName | ChainEventName

export interface OwnEvent {
  readonly event: OwnEventName
  readonly outcome: 'intent' | 'success' | 'failed'
  /** `refresh`: nobody asked for it; a clock or the system did. */
  readonly cause?: 'look' | 'refresh'
  readonly failure?: FailureKind
  /** The same for the entries of one doing; a new one where there is none. */
  readonly correlation?: string
  readonly facts?: OwnFacts
  /** Whom it is about, where that is not simply whoever is at the workstation now: opaque ids. */
  readonly about?: { readonly user: string | undefined; readonly patient: string | undefined }
}

/** What else is known. Nothing here can hold a name or a text that somebody typed. */
export interface OwnFacts {
  readonly reason?: LockReason
  /** FHIR reference of who signed in (`Practitioner/…`), so that what their key did can be reported as theirs. */
  readonly person?: string
  readonly triesLeft?: number
  /** What stood beside the PIN when a key was released. */
  readonly presence?: Presence
  /** Of the keys that a part belongs to: what of them is to be replaced, and how old they are in days. */
  readonly due?: RotationDue
  readonly keyPartDays?: number
  readonly dataKeyDays?: number
  /** Which data key of this vault it is, counted from 1. */
  readonly generation?: number
  /** The name of an order, the same at the desk: random. */
  readonly order?: string
  readonly refusal?: Refusal
  /** SHA-256, in hex, of the policy that holds. */
  readonly policy?: string
  /** Of an alert: what was found, how often within the rule's window, and how many more were passed over since the last alert. */
  readonly rule?: AlertRule
  readonly severity?: AlertSeverity
  readonly response?: 'notice' | 'ask-reason' | 'lock'
  readonly count?: number
  readonly more?: number
}

/** Where `main` records itself. */
export interface OwnAudit {
  /** Resolves when the entry is durable; rejects `audit-unavailable`. */
  announce(own: OwnEvent): Promise<void>
  /** Recorded with the next group; kept while the disk refuses. */
  tell(own: OwnEvent): void
}
