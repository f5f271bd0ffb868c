import { describe, expect, it } from 'vitest'
import type { AuditHeader } from '../../../shared/audit.ts'
import { PatientId } from '../../../shared/contract/ids.ts'
import { ChartkeepError, type FailureKind } from '../../../shared/errors.ts'
import { memoryRows } from '../cache/rows.ts'
import { type OutboxKey, OutboxRow, putOutboxRow, readOutboxRow, readReceipt } from './row.ts'
import { createSender } from './sender.ts'
import type { UploadSteps } from './upload.ts'

const keyOf = (number: number): OutboxKey => ({ patient: PatientId.parse('ann'), idempotencyKey: `6f1c0c0e-8a51-4a6b-9d3a-0f4b7c1d2e3${number}` })
const settle = () => new Promise((resolve) => setImmediate(resolve))

/** An outbox of so many rows, an EHR that answers as the test says, and pauses that last until the test ends them. */
function outboxOf(count: number, upload: (row: OutboxRow, steps: UploadSteps) => string | Promise<string>) {
  const rows = memoryRows()
  const keys = Array.from({ length: count }, (_, number) => keyOf(number))
  for (const key of keys) putOutboxRow(rows, OutboxRow.parse({ ...key, method: 'POST', path: 'DocumentReference', body: { resourceType: 'DocumentReference' }, madeAt: 1, state: { kind: 'waiting' } }))
  const tried: string[] = []
  const recorded: AuditHeader[] = []
  const pauses: { readonly ms: number; readonly end: () => void }[] = []
  const allowed = { audit: true, may: true }
  const sender = createSender({
    rows,
    queue: () => keys.filter((key) => readOutboxRow(rows, key) !== undefined),
    may: () => allowed.may,
    upload: async (row, _signal, steps) => {
      tried.push(row.idempotencyKey)
      return upload(row, steps)
    },
    audit: {
      intent: (header) => (allowed.audit ? Promise.resolve(void recorded.push(header)) : Promise.reject(new ChartkeepError('audit-unavailable'))),
      outcome: (header) => void recorded.push(header),
    },
    correlation: () => '00000000',
    clock: { now: () => 7 },
    random: () => 1,
    later: (end, ms) => void pauses.push({ ms, end }),
    changed: () => undefined,
  })
  return { rows, keys, sender, tried, recorded, pauses, allowed }
}

const failing = (kind: FailureKind, facts = {}, cause?: number) => () => Promise.reject(new ChartkeepError(kind, facts, { cause }))

describe('what is in the outbox', () => {
  it('goes in its order, each once, and leaves a receipt in the place of its row', async () => {
    const { rows, keys, sender, tried } = outboxOf(3, (row) => `doc-${row.idempotencyKey.at(-1)}`)
    sender.wake()
    sender.wake()
    await settle()
    expect(tried).toEqual(keys.map(({ idempotencyKey }) => idempotencyKey))
    expect(keys.map((key) => readReceipt(rows, key)?.document)).toEqual(['doc-0', 'doc-1', 'doc-2'])
  })

  it('stays where it cannot be recorded that it leaves, and goes when it can @164.312(b)', async () => {
    const { rows, keys: [key = keyOf(0)], sender, tried, allowed, pauses } = outboxOf(1, () => 'doc')
    allowed.audit = false
    sender.wake()
    await settle()
    expect(tried).toEqual([])
    expect(readOutboxRow(rows, key)?.state).toEqual({ kind: 'waiting' })
    allowed.audit = true
    pauses.at(-1)?.end()
    await settle()
    expect(tried).toHaveLength(1)
  })

  it('stays while nobody who may send it is at work', async () => {
    const { sender, tried, allowed, pauses } = outboxOf(1, () => 'doc')
    allowed.may = false
    sender.wake()
    await settle()
    expect([tried, pauses]).toEqual([[], []])
  })

  it('is tried again after twice as long each time, five minutes at most, or what the EHR asks for', async () => {
    const { sender, pauses } = outboxOf(1, failing('offline'))
    sender.wake()
    for (let time = 0; time < 9; time += 1) {
      await settle()
      pauses.at(-1)?.end()
    }
    await settle()
    expect(pauses.map(({ ms }) => ms / 1_000)).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 300, 300])
    const throttled = outboxOf(1, failing('throttled', { retryAfterMs: 90_000 }))
    throttled.sender.wake()
    await settle()
    expect(throttled.pauses.map(({ ms }) => ms)).toEqual([90_000])
  })

  it('waits as a whole for an EHR that is not there, and not for one file that fails', async () => {
    const offline = outboxOf(3, failing('offline'))
    offline.sender.wake()
    const broken = outboxOf(3, (row) => (row.idempotencyKey.endsWith('0') ? failing('server', {}, 500)() : 'doc'))
    broken.sender.wake()
    await settle()
    expect([offline.tried.length, broken.tried.length]).toEqual([1, 3])
  })

  it('does not come to life again when it is taken back on its way', async () => {
    const { rows, keys: [key = keyOf(0)], sender } = outboxOf(1, (_row, steps) => {
      rows.remove({ purpose: 'outbox', patient: 'ann', what: key.idempotencyKey })
      steps.fileThere('binary')
      return 'doc'
    })
    sender.wake()
    await settle()
    expect([readOutboxRow(rows, key), readReceipt(rows, key)]).toEqual([undefined, undefined])
  })

  it('does not leave where it was taken back while the EHR was asked whether it has it', async () => {
    let hasLeft = false
    const { rows, keys: [key = keyOf(0)], sender, recorded, pauses } = outboxOf(1, (_row, steps) => {
      rows.remove({ purpose: 'outbox', patient: 'ann', what: key.idempotencyKey })
      steps.absent()
      hasLeft = true
      return 'doc'
    })
    sender.wake()
    await settle()
    expect([hasLeft, readOutboxRow(rows, key), readReceipt(rows, key), pauses]).toEqual([false, undefined, undefined, []])
    expect(recorded.at(-1)).toMatchObject({ event: 'outbox.send', outcome: 'failed', failure: 'cancelled' })
  })

  it('is not called refused by an EHR that does not even say whether it has it', async () => {
    const { rows, keys: [key = keyOf(0)], sender } = outboxOf(1, failing('forbidden'))
    const row = readOutboxRow(rows, key)
    if (row !== undefined) putOutboxRow(rows, { ...row, state: { kind: 'sent', at: 3 } })
    sender.wake()
    await settle()
    expect(readOutboxRow(rows, key)?.state.kind).toBe('sent')
  })

  it('ends with the session: what was under way is not confirmed by an answer that comes late', async () => {
    let answer: (document: string) => void = () => undefined
    const { rows, keys: [key = keyOf(0)], sender, pauses } = outboxOf(1, () => new Promise((resolve) => (answer = resolve)))
    sender.wake()
    await settle()
    sender.stop()
    answer('doc')
    await settle()
    expect(readReceipt(rows, key)).toBeUndefined()
    expect(readOutboxRow(rows, key)).toBeDefined()
    expect(pauses).toEqual([])
  })
})
