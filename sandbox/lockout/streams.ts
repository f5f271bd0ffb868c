import type { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import type { Clock } from '../../shared/clock.ts'
import { type OrderKind, orderKinds } from '../../shared/desk/order-kinds.ts'
import type { HistoryBook } from './history.ts'
import type { Status } from './shapes/index.ts'

/** Something that a workstation has to be told. */
export interface WaitingEvent {
  readonly jti: string
  readonly deviceId: string
  readonly sub: string | undefined
  readonly order: { readonly id: string; readonly kind: OrderKind; readonly reason: string; readonly message: string | undefined; readonly at: number }
}

export interface Streams {
  /** What waits for a workstation, in the order in which it was given; one more than `limit`, where there are. */
  waiting(deviceId: string, limit: number): readonly WaitingEvent[]
  /** Settles what a workstation has taken, or refused; what is another's, or settled, is left as it is. */
  settle(deviceId: string, taken: readonly string[], refused: Readonly<Record<string, { err: string }>>): void
  results(deviceId: string, carriedOut: Status['carriedOut']): void
  /** Tells the polls of these workstations that something waits. */
  wake(deviceIds: readonly string[]): void
  /** Resolves when something waits, when another poll takes this one's place, when it is given up, or when the time is over. */
  wait(deviceId: string, withinMs: number, gone: AbortSignal): Promise<void>
  /** Polls that wait now. */
  readonly open: number
  close(): void
}

const Row = z.object({ jti: z.string(), device_id: z.string(), sub: z.string().nullable(), order_id: z.string(), kind: z.enum(orderKinds), reason: z.string(), message: z.string().nullable(), at: z.number() })
const Settled = z.object({ order_id: z.string(), sub: z.string().nullable() }).optional()

/** One stream of events for each workstation (RFC 8936): kept until it is acknowledged. */
export function openStreams(database: DatabaseSync, clock: Clock, history: HistoryBook, changed: (deviceId: string) => void): Streams {
  const select = database.prepare(`SELECT e.jti, e.device_id, e.sub, o.id AS order_id, o.kind, o.reason, o.message, coalesce(o.agreed_at, o.at) AS at
    FROM lockout_event e JOIN lockout_order o ON o.id = e.order_id WHERE e.device_id = ? AND e.state = 'waiting' ORDER BY e.seq LIMIT ?`)
  const settle = database.prepare(`UPDATE lockout_event SET state = ?, taken_at = ?, error = ? WHERE jti = ? AND device_id = ? AND state = 'waiting' RETURNING order_id, sub`)
  const result = database.prepare('UPDATE lockout_event SET result = ? WHERE jti = ? AND device_id = ? AND result IS NULL RETURNING order_id, sub')
  const polls = new Map<string, () => void>()

  function settleOne(deviceId: string, jti: string, state: 'taken' | 'refused', error: string | null): boolean {
    const row = Settled.parse(settle.get(state, clock.now(), error, jti, deviceId))
    if (row !== undefined) history.note({ what: `order.${state}`, deviceId, user: row.sub ?? undefined, order: row.order_id, detail: error ?? undefined })
    return row !== undefined
  }

  return {
    get open() {
      return polls.size
    },
    waiting: (deviceId, limit) =>
      z.array(Row).parse(select.all(deviceId, limit)).map((row) => ({
        jti: row.jti, deviceId: row.device_id, sub: row.sub ?? undefined, order: { id: row.order_id, kind: row.kind, reason: row.reason, message: row.message ?? undefined, at: row.at },
      })),
    settle(deviceId, taken, refused) {
      const acknowledged = taken.map((jti) => settleOne(deviceId, jti, 'taken', null))
      const failed = Object.entries(refused).map(([jti, { err }]) => {
        const isOurs = settleOne(deviceId, jti, 'refused', err)
        // Nothing that we sent: somebody else speaks to it in our name, or in its own.
        if (!isOurs) history.note({ what: 'order.foreign-refused', deviceId, detail: err })
        return isOurs
      })
      if ([...acknowledged, ...failed].includes(true)) changed(deviceId)
    },
    results(deviceId, carriedOut) {
      for (const { jti, result: outcome } of carriedOut) {
        const row = Settled.parse(result.get(outcome, jti, deviceId))
        if (row === undefined) continue
        history.note({ what: `order.${outcome}`, deviceId, user: row.sub ?? undefined, order: row.order_id })
        changed(deviceId)
      }
    },
    wake: (deviceIds) => deviceIds.forEach((deviceId) => polls.get(deviceId)?.()),
    wait(deviceId, withinMs, gone) {
      polls.get(deviceId)?.()
      return new Promise((resolve) => {
        const done = () => {
          clearTimeout(timer)
          gone.removeEventListener('abort', done)
          if (polls.get(deviceId) === done) polls.delete(deviceId)
          resolve()
        }
        const timer = setTimeout(done, withinMs)
        polls.set(deviceId, done)
        gone.addEventListener('abort', done, { once: true })
        if (gone.aborted) done()
      })
    },
    close: () => [...polls.values()].forEach((done) => done()),
  }
}
