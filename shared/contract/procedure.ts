import type { z } from 'zod'
import type { HoldReason } from '../alerts.ts'
import type { CalledEvent } from '../audit-events.ts'
import { type SectionName, sections } from './sections.ts'

/** What a role may do; derived from the scopes that the EHR granted. The EHR decides, we mirror. */
export type Permission = 'patient:search' | 'chart:read' | 'note:draft' | 'file:send' | 'audit:read' | DeskPermission | SectionPermission
/** To see workstations and orders, to give orders, to deal with alerts. Nobody who may see anything of a patient has one of them. */
export type DeskPermission = 'desk:read' | 'desk:order' | 'desk:alerts'
/** To read one part of the charts that may be opened. */
export type SectionPermission = `section:${SectionName}`

export const sectionPermission = (section: SectionName): SectionPermission => `section:${section}`
const deskPermissions: readonly DeskPermission[] = ['desk:read', 'desk:order', 'desk:alerts']
export const permissions: readonly Permission[] = ['patient:search', 'chart:read', 'note:draft', 'file:send', 'audit:read', ...deskPermissions, ...sections.map(sectionPermission)]

/** The states of the session machine, as far as a procedure may ask for them. */
export const sessionStates = ['signedOut', 'signingIn', 'active', 'warning', 'locked', 'lockedOut', 'wiping'] as const
export type SessionState = (typeof sessionStates)[number]

/**
 * Where a procedure is answered:
 * - `main`: over Electron's IPC, by the broker, which never sees PHI;
 * - `workspace`: over the window's port, by `records`;
 * - `tab`: over a chart tab's port, by `records`, which refuses any patient but the tab's.
 */
export type Transport = 'main' | 'workspace' | 'tab'

/** DICOM and FHIR audit actions: create, read, update, delete, execute. */
export type AuditAction = 'C' | 'R' | 'U' | 'D' | 'E'

/** What the audit chain records of a call, before its result is released. */
export interface AuditRule<I> {
  /** What happened, in our own words; the AuditEvent mapping is the shipper's. */
  readonly event: CalledEvent
  readonly action: AuditAction
  /** The patient it is about, where there is one. */
  patient(input: I): string | undefined
  /** `look`: a person asked to see it. `refresh`: the application did, on its own. */
  cause(input: I): 'look' | 'refresh'
  /** What is needed to make sense of the entry but may be PHI (a search text): sealed before it leaves `records`. */
  detail?(input: I): string | undefined
  /** Why somebody needs what they were asked about. */
  holdReason?(input: I): HoldReason
}

export interface Procedure<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType, T extends Transport = Transport> {
  readonly via: T
  readonly input: I
  readonly output: O
  /** 'anyone' is for what holds nothing of a patient. */
  readonly needs: Permission | 'anyone'
  /** The session states that allow it. */
  readonly during: readonly SessionState[]
  /** Of a tab whose chart is held: absent, it is refused. `too`: it gives nothing of the chart. `only`: at no other time. */
  readonly whileHeld?: 'too' | 'only'
  /** 'nothing' is for what touches no PHI and changes no state worth a trace. */
  readonly audit: AuditRule<z.infer<I>> | 'nothing'
}

/** Declares a row; exists for its types. */
export function procedure<I extends z.ZodType, O extends z.ZodType, const T extends Transport>(row: Procedure<I, O, T>): Procedure<I, O, T> {
  return row
}

export const always: readonly SessionState[] = sessionStates
export const whileUnlocked: readonly SessionState[] = ['active', 'warning']
