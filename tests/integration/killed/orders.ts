import { createHash } from 'node:crypto'
import { OutboxRow } from '../../../electron/records/outbox/row.ts'

/** The change of that number, whoever makes it: its idempotency key and what it says follow from the number. */
export function orderOf(number: number, state: OutboxRow['state']): OutboxRow {
  const bytes = createHash('sha256').update(`order ${number}`).digest('hex')
  const idempotencyKey = `${bytes.slice(0, 8)}-${bytes.slice(8, 12)}-4${bytes.slice(13, 16)}-8${bytes.slice(17, 20)}-${bytes.slice(20, 32)}`
  const body = { resourceType: 'DocumentReference', id: `order-${number}`, description: `order ${number} `.repeat(1 + (number % 200)) }
  return OutboxRow.parse({ idempotencyKey, patient: number % 2 === 0 ? 'ann' : 'bob', method: 'POST', path: 'DocumentReference', body, madeAt: number, state })
}

/** The steps of a change, in their order; each is said before it begins and when it is on disk. */
export const steps = ['wait', 'send', 'confirm'] as const
export type Step = (typeof steps)[number]
