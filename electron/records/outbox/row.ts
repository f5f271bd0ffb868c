import { z } from 'zod'
import { FhirResource } from '../../../shared/contract/fhir.ts'
import { PatientId } from '../../../shared/contract/ids.ts'
import { ChartkeepError, failureKinds } from '../../../shared/errors.ts'
import type { RowAddress, Rows } from '../cache/rows.ts'
import { fromBytes, toBytes } from '../work/versioned.ts'

/**
 * A change on its way to the EHR. It is sealed and on disk before it is sent, and leaves only when the EHR has confirmed it; its key
 * lets the EHR recognise one that is sent twice.
 */
export const OutboxRow = z.strictObject({
  /** Random UUID, made when the change was: sent along as the idempotency key. That of a file is the file's own. */
  idempotencyKey: z.uuid(),
  patient: PatientId,
  method: z.enum(['POST', 'PUT']),
  /** Relative to the FHIR base. */
  path: z.string().max(200),
  /** `If-Match`, for what replaces a version. */
  ifMatch: z.string().max(200).optional(),
  body: FhirResource,
  /** The file that it is the document of, once the EHR has that. */
  binary: z.string().max(64).optional(),
  /** Epoch milliseconds. */
  madeAt: z.number(),
  state: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('waiting') }),
    /** It was sent and no answer came: shown as not confirmed until it is reconciled. */
    z.strictObject({ kind: z.literal('sent'), at: z.number() }),
    /** The EHR does not take it; it stays until somebody decides. */
    z.strictObject({ kind: z.literal('refused'), failure: z.enum(failureKinds) }),
  ]),
})
export type OutboxRow = z.infer<typeof OutboxRow>

/** Names a row. */
export type OutboxKey = Pick<OutboxRow, 'patient' | 'idempotencyKey'>

/** Its place among the sealed rows: bound to the patient and to its own key. */
export function outboxAddress(row: OutboxKey): RowAddress {
  return { purpose: 'outbox', patient: row.patient, what: row.idempotencyKey }
}

/** On disk when it returns. */
export function putOutboxRow(rows: Rows, row: OutboxRow): void {
  rows.put(outboxAddress(row), toBytes(row), row.madeAt)
}

/** Throws `vault-corrupt` if the row is there but is none, or another's, `vault-newer` if a later version wrote it. */
export function readOutboxRow(rows: Rows, key: OutboxKey): OutboxRow | undefined {
  const kept = rows.get(outboxAddress(key))
  const row = kept && fromBytes(OutboxRow, kept.plain)
  if (row !== undefined && (row.patient !== key.patient || row.idempotencyKey !== key.idempotencyKey)) throw new ChartkeepError('vault-corrupt')
  return row
}

/** That the EHR has a file: kept for as long as the file is. */
const Receipt = z.strictObject({ document: z.string(), at: z.number() })
export type Receipt = z.infer<typeof Receipt>

const receiptAddress = ({ patient, idempotencyKey }: OutboxKey): RowAddress => ({ purpose: 'draft', patient, what: `sent/${idempotencyKey}` })

export function readReceipt(rows: Rows, key: OutboxKey): Receipt | undefined {
  const kept = rows.get(receiptAddress(key))
  return kept && fromBytes(Receipt, kept.plain)
}

/** The EHR has it: the row goes and the receipt comes, both or neither. */
export function confirmOutboxRow(rows: Rows, key: OutboxKey, receipt: Receipt): void {
  rows.write([
    { do: 'remove', address: outboxAddress(key) },
    { do: 'put', address: receiptAddress(key), plain: toBytes(receipt), asOf: receipt.at },
  ])
}

/** Row and receipt, whichever there is. */
export function forgetOutboxRow(rows: Rows, key: OutboxKey): void {
  rows.write([outboxAddress(key), receiptAddress(key)].map((address) => ({ do: 'remove', address })))
}
