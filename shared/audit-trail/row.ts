import { z } from 'zod'
import { PatientId } from '../contract/ids.ts'
import { auditKinds, auditOutcomes } from './columns.ts'

const Text = z.string().max(1_100)

/** An entry of the audit trail, as a line of a report. Ids and words of the server; nothing is taken for granted. */
export const AuditRow = z.strictObject({
  id: z.string().max(64),
  /** When it was recorded, in epoch milliseconds; absent where the event does not say it readably. */
  at: z.number().optional(),
  kind: z.enum(auditKinds),
  /** The words of the server for what was done; of their codes where it has none. */
  words: Text.optional(),
  action: z.enum(['C', 'R', 'U', 'D', 'E']).optional(),
  outcome: z.enum(auditOutcomes).optional(),
  /** Who asked for it: a reference as `Practitioner/12`, and a name where one is known. */
  user: z.strictObject({ reference: Text.optional(), name: Text.optional() }),
  /** FHIR id of the patient it is about. */
  patient: PatientId.optional(),
  /** The record it is about, as `Observation/12`, where that is another than the patient. */
  record: Text.optional(),
  /** Who reported it: a workstation, or the EHR itself. */
  source: Text.optional(),
  /** The network address of the machine on which it was done. */
  address: Text.optional(),
  /** Codes of the purposes of use, as `TREAT` or `BTG` (HL7 v3 PurposeOfUse). */
  purposes: z.array(Text).max(20),
  /** What was typed is in it too, encrypted to the EHR's auditors (docs/adr/0096). */
  sealed: z.literal(true).optional(),
  /** What else the event says of itself, as a type and a value. */
  details: z.array(z.strictObject({ type: Text, value: Text })).max(40),
})
export type AuditRow = z.infer<typeof AuditRow>
