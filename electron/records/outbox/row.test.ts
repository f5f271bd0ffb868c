import { describe, expect, it } from 'vitest'
import { PatientId } from '../../../shared/contract/ids.ts'
import { memoryRows } from '../cache/rows.ts'
import { OutboxRow, putOutboxRow, readOutboxRow } from './row.ts'

const row = OutboxRow.parse({
  idempotencyKey: '6f1c0c0e-8a51-4a6b-9d3a-0f4b7c1d2e3f', patient: 'ann', method: 'POST', path: 'DocumentReference',
  body: { resourceType: 'DocumentReference' }, madeAt: 1, state: { kind: 'waiting' },
}) // prettier-ignore

describe('a change on its way to the EHR', () => {
  it('is found by its own key and patient, as it was put', () => {
    const rows = memoryRows()
    putOutboxRow(rows, row)
    expect(readOutboxRow(rows, row)).toEqual(row)
    expect(readOutboxRow(rows, { ...row, patient: PatientId.parse('bob') })).toBeUndefined()
  })

  it('has no state but waiting, sent and not confirmed, or refused', () => {
    expect(OutboxRow.safeParse({ ...row, state: { kind: 'sent', at: 2 } }).success).toBe(true)
    expect(OutboxRow.safeParse({ ...row, state: { kind: 'confirmed' } }).success).toBe(false)
    expect(OutboxRow.safeParse({ ...row, idempotencyKey: 'x' }).success).toBe(false)
  })
})
