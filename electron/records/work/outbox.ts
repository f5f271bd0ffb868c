import { z } from 'zod'
import { FhirResource } from '../../../shared/contract/fhir.ts'
import { PatientId } from '../../../shared/contract/ids.ts'
import type { RowAddress, Rows } from '../cache/rows.ts'
import { fromBytes, toBytes } from './versioned.ts'

/**
 * A change on its way to the EHR. It is sealed and on disk before it is sent, and leaves only when the EHR has confirmed it; its key
 * lets the EHR recognise one that is sent twice.
 */
export const OutboxRow = z.strictObject({
  /** Random UUID, made when the change was: sent along as the idempotency key. */
  idempotencyKey: z.uuid(),
  patient: PatientId,
  method: z.enum(['POST', 'PUT']),
  /** Relative to the FHIR base. */
  path: z.string().max(200),
  /** `If-Match`, for what replaces a version. */
  ifMatch: z.string().max(200).optional(),
  body: FhirResource,
  /** Epoch milliseconds. */
  madeAt: z.number(),
  state: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('waiting') }),
    /** It was sent and no answer came: shown as not confirmed until it is reconciled. */
    z.strictObject({ kind: z.literal('sent'), at: z.number(), tries: z.number().int().positive() }),
  ]),
})
export type OutboxRow = z.infer<typeof OutboxRow>

/** Its place among the sealed rows: bound to the patient and to its own key. */
export function outboxAddress(row: Pick<OutboxRow, 'patient' | 'idempotencyKey'>): RowAddress {
  return { purpose: 'outbox', patient: row.patient, what: row.idempotencyKey }
}

/** On disk when it returns. */
export function putOutboxRow(rows: Rows, row: OutboxRow): void {
  rows.put(outboxAddress(row), toBytes(row), row.madeAt)
}

/** Throws `vault-corrupt` if the row is there but is none, `vault-newer` if a later version wrote it. */
export function readOutboxRow(rows: Rows, key: Pick<OutboxRow, 'patient' | 'idempotencyKey'>): OutboxRow | undefined {
  const kept = rows.get(outboxAddress(key))
  return kept && fromBytes(OutboxRow, kept.plain)
}
