import type { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { orderKinds } from '../../shared/desk/order-kinds.ts'
import { deliveryStates, identifications } from '../../shared/desk/words.ts'
import { Delivery, type OrderShown, Target } from './shapes/index.ts'

const text = z.string().nullable()
const number = z.number().nullable()
const OrderRow = z.object({
  id: z.string(), seq: z.number(), kind: z.enum(orderKinds), target: z.string(), reason: z.string(), message: text, by_sub: z.string(), at: z.number(),
  state: z.enum(['awaiting', 'given', 'rejected', 'undone']), agreed_by: text, agreed_at: number, agree_until: number, undoes: text, undone_by: text,
  identified_by: z.enum(identifications).nullable(), identification: text,
})
export type OrderRow = z.infer<typeof OrderRow>

const EventRow = z.object({ jti: z.string(), device_id: z.string(), sub: text, state: z.enum(deliveryStates), taken_at: number, error: text, result: Delivery.shape.result.unwrap().nullable() })

export interface OrderRows {
  add(order: Omit<OrderRow, 'seq' | 'agreed_by' | 'agreed_at' | 'undone_by'> & { readonly idempotencyKey: string | undefined }): void
  find(id: string): OrderRow | undefined
  byKey(idempotencyKey: string): OrderRow | undefined
  list(before: string | undefined, limit: number): readonly OrderRow[]
  setState(id: string, state: OrderRow['state']): void
  agree(id: string, by: string, at: number): void
  undone(id: string, by: string): void
  hold(event: { readonly jti: string; readonly orderId: string; readonly deviceId: string; readonly sub: string | undefined }): void
  /** Lets what was held go on its way, or takes back what has not been taken. Gives the workstations it was for. */
  move(orderId: string, from: 'held' | 'waiting', to: 'waiting' | 'withdrawn'): readonly string[]
  deliveries(orderId: string): Delivery[]
  counts(orderId: string): OrderShown['counts']
}

/** The tables of orders and of what they became on their way. */
export function openOrderRows(database: DatabaseSync): OrderRows {
  const columns = 'id, seq, kind, target, reason, message, by_sub, at, state, agreed_by, agreed_at, agree_until, undoes, undone_by, identified_by, identification'
  const from = 'lockout_order LEFT JOIN lockout_order_caller ON order_id = id'
  const insert = database.prepare(`INSERT INTO lockout_order (id, seq, kind, target, reason, message, by_sub, at, state, agree_until, undoes, idempotency_key)
    VALUES (?, (SELECT coalesce(max(seq), 0) + 1 FROM lockout_order), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const insertCaller = database.prepare('INSERT INTO lockout_order_caller (order_id, identified_by, identification) VALUES (?, ?, ?)')
  const select = database.prepare(`SELECT ${columns} FROM ${from} WHERE id = ?`)
  const selectByKey = database.prepare(`SELECT ${columns} FROM ${from} WHERE idempotency_key = ?`)
  const newest = database.prepare(`SELECT ${columns} FROM ${from} WHERE seq < ? ORDER BY seq DESC LIMIT ?`)
  const state = database.prepare('UPDATE lockout_order SET state = ? WHERE id = ?')
  const agreed = database.prepare(`UPDATE lockout_order SET state = 'given', agreed_by = ?, agreed_at = ? WHERE id = ?`)
  const undo = database.prepare(`UPDATE lockout_order SET state = 'undone', undone_by = ? WHERE id = ?`)
  const insertEvent = database.prepare(`INSERT INTO lockout_event (jti, order_id, device_id, sub, state) VALUES (?, ?, ?, ?, 'held')`)
  const moved = database.prepare('UPDATE lockout_event SET state = ? WHERE order_id = ? AND state = ? RETURNING device_id')
  const events = database.prepare('SELECT jti, device_id, sub, state, taken_at, error, result FROM lockout_event WHERE order_id = ? ORDER BY seq')
  const counted = database.prepare(`SELECT state, coalesce(result, '') AS result, count(*) AS n FROM lockout_event WHERE order_id = ? GROUP BY 1, 2`)
  const read = (row: unknown) => (row === undefined ? undefined : OrderRow.parse(row))

  return {
    add({ id, kind, target, reason, message, by_sub, at, state: begins, agree_until, undoes, identified_by: identifiedBy, identification, idempotencyKey }) {
      insert.run(id, kind, target, reason, message, by_sub, at, begins, agree_until, undoes, idempotencyKey ?? null)
      if (identifiedBy !== null && identification !== null) insertCaller.run(id, identifiedBy, identification)
    },
    find: (id) => read(select.get(id)),
    byKey: (key) => read(selectByKey.get(key)),
    list: (before, limit) => z.array(OrderRow).parse(newest.all(before === undefined ? Number.MAX_SAFE_INTEGER : (read(select.get(before))?.seq ?? 0), limit)),
    setState: (id, to) => void state.run(to, id),
    agree: (id, by, at) => void agreed.run(by, at, id),
    undone: (id, by) => void undo.run(by, id),
    hold: ({ jti, orderId, deviceId, sub }) => void insertEvent.run(jti, orderId, deviceId, sub ?? null),
    move: (orderId, from, to) => [...new Set(z.array(z.object({ device_id: z.string() })).parse(moved.all(to, orderId, from)).map(({ device_id: id }) => id))],
    deliveries: (orderId) =>
      z.array(EventRow).parse(events.all(orderId)).map((row) => ({
        deviceId: row.device_id, jti: row.jti, state: row.state,
        ...(row.sub === null ? {} : { user: row.sub }),
        ...(row.error === null ? {} : { error: row.error }),
        ...(row.result === null ? {} : { result: row.result }),
        ...(row.taken_at === null ? {} : { takenAt: new Date(row.taken_at).toISOString() }),
      })),
    counts(orderId) {
      const counts = { held: 0, waiting: 0, taken: 0, refused: 0, withdrawn: 0, done: 0, failed: 0, notForHere: 0 }
      for (const { state: in_, result, n } of z.array(z.object({ state: z.enum(deliveryStates), result: z.string(), n: z.number() })).parse(counted.all(orderId))) {
        counts[in_] += n
        if (result === 'done' || result === 'failed') counts[result] += n
        if (result === 'not-for-here') counts.notForHere += n
      }
      return counts
    },
  }
}

export const targetOf = (row: OrderRow): Target => Target.parse(JSON.parse(row.target))
