import { z } from 'zod'
import { auditActions, auditColumns } from '../audit-trail/columns.ts'
import { Disclosure } from '../audit-trail/disclosure.ts'
import { AuditRow } from '../audit-trail/row.ts'
import { FileCall, PatientId, ResourceId } from './ids.ts'
import { procedure, whileUnlocked } from './procedure.ts'

/** What of the trail is asked for. */
export const AuditFilter = z.strictObject({
  /** Epoch milliseconds: `from` is in it, `to` is not. */
  from: z.number().int().min(-8_640_000_000_000_000).max(8_640_000_000_000_000),
  to: z.number().int().min(-8_640_000_000_000_000).max(8_640_000_000_000_000),
  /** A name of the staff as it was typed, or an id of theirs. */
  user: z.string().trim().min(1).max(100).optional(),
  patient: PatientId.optional(),
  action: z.enum(auditActions).optional(),
})
export type AuditFilter = z.infer<typeof AuditFilter>

const Account = { patient: PatientId, from: AuditFilter.shape.from, to: AuditFilter.shape.to }

/** Longer than anything that is typed, or asked, here. Characters. */
export const longestText = 16_384

const AuditSort = z.strictObject({ by: z.enum(auditColumns), descending: z.boolean() })

export const AuditPage = z.strictObject({
  rows: z.array(AuditRow),
  /** Whether the EHR put them in the order that was asked. `as-it-came`: it does not sort by that column. */
  order: z.enum(['server', 'as-it-came']),
  /** How many the EHR says there are, where it says so: a claim, not a count. */
  total: z.number().int().nonnegative().optional(),
  /** Passed to `audit.events` it gives the next part; absent when this is all there is. */
  next: z.string().max(200).optional(),
  /** Entries that were left out, counted by reason: shown, never silent. */
  refused: z.strictObject({ wrongPatient: z.number().int(), malformed: z.number().int() }),
  /** The EHR says that it left something out. */
  isPartial: z.boolean(),
  /** Whom the typed user was found to be, where one was typed; none: nobody here goes by that. */
  users: z.array(z.strictObject({ reference: z.string().max(100), name: z.string().max(1_100).optional() })).optional(),
})
export type AuditPage = z.infer<typeof AuditPage>

/** Who looked for whose trail, and for which time: sealed, since a name may be in it. */
const told = (filter: AuditFilter): string => JSON.stringify(filter)

export const auditProcedures = {
  /** The EHR's audit trail, a part at a time. Looking at it is recorded as everything else. */
  'audit.events': procedure({
    via: 'workspace',
    input: z.strictObject({ filter: AuditFilter, sort: AuditSort, next: z.string().max(200).optional() }),
    output: AuditPage,
    needs: 'audit:read',
    during: whileUnlocked,
    audit: { event: 'audit.events', action: 'R', patient: ({ filter }) => filter.patient, cause: () => 'look', detail: ({ filter }) => told(filter) },
  }),
  /**
   * Writes the entries to a file that the person chooses, by a dialog of `main`'s: CSV, or FHIR as NDJSON. What leaves is recorded before its first
   * byte, by how many and by what filter; a file that could not be finished is not there.
   */
  'audit.export': procedure({
    via: 'workspace',
    input: z.strictObject({ filter: AuditFilter, format: z.enum(['csv', 'ndjson']), report: z.enum(['audit-trail', 'disclosures']).default('audit-trail'), call: FileCall }),
    /** `saved` is false where no file was chosen. `refused`: entries that could not be read, and are not in it. `isPartial`: the EHR says that it left some out itself. */
    output: z.strictObject({ saved: z.boolean(), written: z.number().int(), refused: z.number().int(), isPartial: z.boolean() }),
    needs: 'audit:read',
    during: whileUnlocked,
    audit: { event: 'audit.export', action: 'R', patient: ({ filter }) => filter.patient, cause: () => 'look', detail: ({ filter }) => told(filter) },
  }),
  /** What of a patient left in a period, to whom and why, the oldest first: the account that 164.528 gives a patient a right to. Read whole, or not at all. */
  'audit.disclosures': procedure({
    via: 'workspace',
    input: z.strictObject(Account),
    output: z.strictObject({ disclosures: z.array(Disclosure), refused: AuditPage.shape.refused, isPartial: z.boolean() }),
    needs: 'audit:read',
    during: whileUnlocked,
    audit: { event: 'audit.disclosures', action: 'R', patient: ({ patient }) => patient, cause: () => 'look' },
  }),
  /**
   * What was typed, of one entry: the EHR opens it for who reviews, and records that it did, and for whom. It goes to the page that asked, and nowhere else: no list, no
   * file and no cache has it. Rejects `not-found` where the EHR has no such text that it could open.
   */
  'audit.text': procedure({
    via: 'workspace',
    input: z.strictObject({ entry: ResourceId }),
    output: z.strictObject({ text: z.string().max(longestText) }),
    needs: 'audit:read',
    during: whileUnlocked,
    audit: { event: 'audit.text', action: 'R', patient: () => undefined, cause: () => 'look', detail: ({ entry }) => `AuditEvent/${entry}` },
  }),
} as const
