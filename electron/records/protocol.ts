import type { Hold } from '../../shared/alerts.ts'
import type { AuditHeader } from '../../shared/audit.ts'
import type { Permission, SessionState } from '../../shared/contract/procedure.ts'
import type { FileCall, PatientId, TabId } from '../../shared/contract/ids.ts'
import type { StaffMember } from '../../shared/contract/session.ts'
import type { FailureKind } from '../../shared/errors.ts'
import type { Policy } from '../../shared/policy.ts'
import type { RotationDue } from '../../shared/rotation-due.ts'
import type { Opened } from './keys/key-desk.ts'

export type { Opened }

/**
 * The messages between `main` and `records`. No PHI and no unlock secret travels here: those use the ports.
 * Questions carry a `request` number, which the answer repeats.
 */
export type ToRecords =
  | { readonly kind: 'start'; readonly start: RecordsStart }
  /** Carries one MessagePort. */
  | { readonly kind: 'port'; readonly epoch: number; readonly port: PortPurpose }
  /** The policy changed under way. */
  | { readonly kind: 'limits'; readonly limits: RecordsLimits }
  /** The charts that this user has to say a reason for, all of them; the first of these is waited for. */
  | { readonly kind: 'holds'; readonly holds: readonly Hold[] }
  | { readonly kind: 'close-tab'; readonly tab: TabId }
  /** The person has chosen a file in `main`'s dialog: its name for one use, and where it is. */
  | { readonly kind: 'file-grant'; readonly grant: string; readonly path: string }
  | { readonly kind: 'session'; readonly state: SessionState; readonly permissions: readonly Permission[] }
  /** Carries one MessagePort, over which whoever has the access token sends it: as JSON text, an `AccessToken`. */
  | { readonly kind: 'token'; readonly request: number }
  | { readonly kind: 'token-refused'; readonly request: number; readonly failure: FailureKind }
  /** `main`'s part of the key; the try has been counted already. Zeroed by who uses it. */
  | { readonly kind: 'key-part'; readonly request: number; readonly part: Uint8Array; readonly triesLeft: number; /** Of the vault's files, as it was last seen. */ readonly epoch: number; readonly due: RotationDue }
  /** A new part and its name; and the one that was named, where there still is one. */
  | { readonly kind: 'new-key-part'; readonly request: number; readonly id: string; readonly part: Uint8Array; readonly named: Uint8Array | undefined; readonly epoch: number }
  /** A new part beside the one that opened the vault. */
  | { readonly kind: 'next-key-part'; readonly request: number; readonly id: string; readonly part: Uint8Array }
  | { readonly kind: 'key-settled'; readonly request: number }
  | { readonly kind: 'key-refused'; readonly request: number; readonly failure: FailureKind; readonly triesLeft: number }
  | { readonly kind: 'device-proof'; readonly request: number; readonly proof: DeviceProof | undefined }
  /** The file that the person chose; undefined where they chose none, or the workstation locked meanwhile. */
  | { readonly kind: 'chosen-file'; readonly request: number; readonly file: ChosenFile | undefined }
  /** They could not be asked. */
  | { readonly kind: 'file-refused'; readonly request: number; readonly failure: FailureKind }
  | { readonly kind: 'audited'; readonly request: number }
  | { readonly kind: 'audit-refused'; readonly request: number }
  /** Commit what is unsaved, answer `flushed`, serve nothing more. */
  | { readonly kind: 'flush'; readonly request: number }

export type FromRecords =
  | { readonly kind: 'ready' }
  | { readonly kind: 'want-token'; readonly request: number; /** The EHR refused the last one. */ readonly refused: boolean }
  /** The part that a key slot names, for one try. */
  | { readonly kind: 'want-key'; readonly request: number; readonly part: string }
  /** A new part beside the one that the slots on disk name. */
  | { readonly kind: 'want-new-key'; readonly request: number; readonly named: string | undefined }
  /** The slots on disk are under this part, and the PIN is set: the other part may go. */
  | ({ readonly kind: 'pin-set'; readonly request: number } & Opened)
  /** A new part beside the one that opened the vault, which this names: the key is due to be replaced. */
  | { readonly kind: 'want-next-key'; readonly request: number; readonly named: string }
  /** The slots on disk are under the new part, and have opened: the other one may go. */
  | ({ readonly kind: 'key-rotated'; readonly request: number } & Opened)
  /** A proof of the workstation's key for `shareUrl`, and for nothing else. */
  | { readonly kind: 'want-proof'; readonly request: number }
  | { readonly kind: 'want-file'; readonly request: number; readonly file: ProposedFile }
  /** Nothing is written there any more: it has its name, or is gone. */
  | { readonly kind: 'file-ended'; readonly part: string }
  /** Answered when all of them are durable; refused as a whole. */
  | { readonly kind: 'want-audit'; readonly request: number; readonly headers: readonly AuditHeader[] }
  | { readonly kind: 'audit-outcome'; readonly header: AuditHeader }
  /** The PIN opened the vault, with this part: the session may become active. */
  | ({ readonly kind: 'unlocked' } & Opened)
  /** A try failed; `main` decides what the session does. */
  | { readonly kind: 'unlock-failed'; readonly failure: FailureKind }
  /** How much of this user's work is not at the EHR: while the vault is open, whenever there is more or less of it. */
  | ({ readonly kind: 'unsent' } & UnsentWork)
  | { readonly kind: 'flushed'; readonly request: number; /** In which the vault's files are left, where they were open. */ readonly epoch?: number }
  /** The EHR has taken the user's token; told now and then. */
  | { readonly kind: 'heard' }
  | { readonly kind: 'log'; readonly event: string; readonly fields: Readonly<Record<string, number | boolean | string>> }

/** Two numbers, and of whom they are said nothing. */
export interface UnsentWork {
  /** Patients of whom there is a note that is being written, or a file attached to one. */
  readonly drafts: number
  /** What is on its way to the EHR, and not confirmed. */
  readonly changes: number
}

/** What is to be saved: of it `main` makes the name that it proposes, which says nothing of a patient. */
export interface ProposedFile {
  readonly report: 'audit-trail' | 'disclosures'
  readonly format: 'csv' | 'ndjson'
  /** For which call, which may be given up by then. */
  readonly call: FileCall
}

/** Where a person wants a file, and where it is written until it is whole: `main` has noted that place. */
export interface ChosenFile {
  readonly path: string
  readonly part: string
}

/** That a request comes from this workstation: see `POST /device/shares` in sandbox/README.md. */
export interface DeviceProof {
  readonly deviceId: string
  readonly publicJwk: { readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly x: string }
  /** A compact JWS, good for one request. */
  readonly proof: string
}

/** Where the EHR releases its share of a key. */
export function shareUrl(fhirBase: string): string {
  return `${new URL(fhirBase).origin}/device/shares`
}

export type PortPurpose =
  | { readonly for: 'workspace' }
  /** `ask`: inputs of `chart.section`, as texts. They are the first calls of the port, and came with it: numbers 1 to n. */
  | { readonly for: 'tab'; readonly tab: TabId; readonly patient: PatientId; readonly ask: readonly string[] }

export interface AccessToken {
  readonly value: string
  /** Epoch milliseconds. */
  readonly expiresAt: number
}

/** What of the policy may change while `records` runs. */
export interface RecordsLimits {
  readonly cache: Policy['cache']
  readonly pin: Policy['pin']
}

export interface RecordsStart extends RecordsLimits {
  readonly epoch: number
  /** Opaque, stable name of the user on this workstation: part of every usage context. */
  readonly userKey: string
  /** As the EHR named the user at sign-in. */
  readonly displayName: string
  /** FHIR reference of the user, e.g. `Practitioner/123`. */
  readonly fhirUser: string | undefined
  /** The user's vault; absent in memory-only mode. */
  readonly vaultFolder: string | undefined
  readonly ehr: { readonly fhirBase: string; readonly caPem: string | undefined; readonly pins: readonly string[]; readonly proxy: string | undefined }
  readonly state: SessionState
  /** Straight from a full sign-in: the EHR releases its share of the key. */
  readonly hasJustSignedIn: boolean
  /** Decides, with the permissions, which keys the session gets. */
  readonly role: StaffMember['role']
  readonly permissions: readonly Permission[]
}
