import { randomUUID } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../../shared/clock.ts'
import { isAboutUsers, needsIdentification, oppositeOf, type OrderKind } from '../../shared/desk/order-kinds.ts'
import { DeskRefused } from './desk-door.ts'
import { detailOf, type HistoryBook } from './history.ts'
import { agreeWithinMs, needsSecond, reachesWherever } from './order-rules.ts'
import { openOrderRows, type OrderRow, targetOf } from './order-rows.ts'
import { atomically } from './schema.ts'
import type { Delivery, NewOrder, OrderShown, Target } from './shapes/index.ts'
import type { Streams } from './streams.ts'
import type { Workstations } from './workstations.ts'

/** Why a step is taken; where it is an order that somebody asked for, how they were identified. */
interface Because {
  readonly reason: string
  readonly identifiedBy?: string | undefined
  readonly identification?: string | undefined
}

/** What the server itself does at once, whatever becomes of the workstation: it is this that locks somebody out. */
export interface Enforcement {
  /** Bars or admits a person; every token of theirs ends with it. */
  setBarred(sub: string, isBarred: boolean): void
  /** Ends a sign-in, with its tokens. */
  endGrant(grantId: string): void
  exists(sub: string): boolean
}

export interface OrdersParts {
  readonly database: DatabaseSync
  readonly clock: Clock
  readonly history: HistoryBook
  readonly workstations: Workstations
  readonly streams: Streams
  readonly enforcement: Enforcement
  readonly nameOf: (sub: string) => string
  /** Files it in the EHR's audit trail too. Throws where it cannot: then it is not given. */
  readonly audit: (order: { readonly kind: OrderKind; readonly id: string; readonly by: string; readonly step: string } & Because) => void
}

export interface Orders {
  reached(kind: OrderKind, target: Target): { readonly deliveries: readonly { readonly deviceId: string; readonly sub?: string }[]; readonly workstations: readonly string[]; readonly needsSecond: boolean }
  give(order: NewOrder, by: string): { readonly order: OrderShown; readonly isNew: boolean }
  agree(id: string, by: string, reason: string): OrderShown
  reject(id: string, by: string, reason: string): OrderShown
  undo(id: string, by: string, reason: string): OrderShown
  find(id: string): (OrderShown & { deliveries: Delivery[] }) | undefined
  list(query: { readonly state?: OrderShown['state'] | undefined; readonly before?: string | undefined; readonly limit: number }): { orders: OrderShown[]; next?: string }
}

/** Whether this is the very order that was given before: somebody who says anything else of it means another one. */
function isSame(known: OrderRow, { kind, target, reason, message, identifiedBy, identification }: NewOrder, by: string): boolean {
  if (known.by_sub !== by || known.kind !== kind || known.target !== JSON.stringify(target) || known.reason !== reason) return false
  return known.message === (message ?? null) && known.identified_by === (identifiedBy ?? null) && known.identification === (identification ?? null)
}

export function openOrders({ database, clock, history, workstations, streams, enforcement, nameOf, audit }: OrdersParts): Orders {
  const rows = openOrderRows(database)
  const iso = (at: number) => new Date(at).toISOString()
  const isLapsed = (row: OrderRow) => row.state === 'awaiting' && row.agree_until !== null && clock.now() > row.agree_until

  function shown(row: OrderRow): OrderShown {
    return {
      id: row.id, kind: row.kind, target: targetOf(row), reason: row.reason, by: { sub: row.by_sub, name: nameOf(row.by_sub) }, at: iso(row.at), state: isLapsed(row) ? 'lapsed' : row.state,
      ...(row.message === null ? {} : { message: row.message }),
      ...(row.identified_by === null || row.identification === null ? {} : { identifiedBy: row.identified_by, identification: row.identification }),
      ...(row.agreed_by === null || row.agreed_at === null ? {} : { agreement: { by: { sub: row.agreed_by, name: nameOf(row.agreed_by) }, at: iso(row.agreed_at) } }),
      ...(row.agree_until === null || row.state !== 'awaiting' ? {} : { agreeUntil: iso(row.agree_until) }),
      ...(row.undoes === null ? {} : { undoes: row.undoes }),
      ...(row.undone_by === null ? {} : { undoneBy: row.undone_by }),
      counts: rows.counts(row.id),
    }
  }

  function reached(kind: OrderKind, target: Target) {
    if (isAboutUsers(kind) && !('users' in target)) throw new DeskRefused(422, 'target-must-be-users')
    if ('users' in target && !target.users.every((sub) => enforcement.exists(sub))) throw new DeskRefused(404, 'no-such-user')
    const deliveries = workstations.reached(target, reachesWherever(kind))
    if ('workstations' in target && deliveries.length < new Set(target.workstations).size) throw new DeskRefused(404, 'no-such-workstation')
    const reachedOnce = [...new Set(deliveries.map(({ deviceId }) => deviceId))]
    // A person who is locked out is stopped wherever they go: five and twenty of them are as many as that many workstations.
    const weight = 'users' in target && isAboutUsers(kind) ? Math.max(reachedOnce.length, target.users.length) : reachedOnce.length
    return { deliveries, workstations: reachedOnce, needsSecond: needsSecond(kind, weight) }
  }

  function enforce(kind: OrderKind, target: Target, deliveries: readonly { readonly deviceId: string; readonly sub?: string | undefined }[]): void {
    if ((kind === 'disable-user' || kind === 'enable-user') && 'users' in target) for (const sub of target.users) enforcement.setBarred(sub, kind === 'disable-user')
    if (kind !== 'sign-out' && kind !== 'wipe' && kind !== 'require-sign-in') return
    for (const { deviceId, sub } of deliveries) for (const grant of workstations.grantsAt(deviceId, sub)) enforcement.endGrant(grant)
  }

  /** What was held goes on its way, and what the server can do by itself is done first. */
  function release(row: OrderRow): void {
    const held = rows.deliveries(row.id).map(({ deviceId, user }) => ({ deviceId, sub: user }))
    enforce(row.kind, targetOf(row), held)
    rows.move(row.id, 'held', 'waiting').forEach((deviceId) => workstations.changed(deviceId))
  }

  function found(id: string): OrderRow {
    const row = rows.find(id)
    if (row === undefined) throw new DeskRefused(404, 'no-such-order')
    return row
  }

  const wake = (id: string) => streams.wake([...new Set(rows.deliveries(id).map(({ deviceId }) => deviceId))])

  function noteAll(row: OrderRow, what: string, by: string, because: Because): void {
    audit({ kind: row.kind, id: row.id, by, step: what, ...because })
    const detail = detailOf(because.reason, because)
    const target = targetOf(row)
    const subjects = new Set('users' in target ? target.users : [])
    for (const user of subjects) history.note({ what, user, order: row.id, by, detail })
    for (const { deviceId } of rows.deliveries(row.id)) history.note({ what, deviceId, order: row.id, by, detail })
    if (subjects.size === 0 && rows.deliveries(row.id).length === 0) history.note({ what, order: row.id, by, detail })
  }

  function place({ kind, target, reason, message, identifiedBy, identification, idempotencyKey }: NewOrder, by: string, undoes?: string): OrderRow {
    if (kind === 'message' && message === undefined) throw new DeskRefused(422, 'message-missing')
    if ((identifiedBy === undefined) !== (identification === undefined) || (identification === undefined && needsIdentification(kind))) throw new DeskRefused(422, 'identification-missing')
    if (kind === 'disable-user' && 'users' in target && target.users.includes(by)) throw new DeskRefused(409, 'not-oneself')
    const reach = reached(kind, target)
    const [id, at] = [randomUUID(), clock.now()]
    // What is taken back in a hurry must not wait for a colleague: it lets people work again.
    const waits = reach.needsSecond && kind !== 'enable-user'
    rows.add({
      id, kind, target: JSON.stringify(target), reason, message: message ?? null, by_sub: by, at, state: waits ? 'awaiting' : 'given',
      agree_until: waits ? at + agreeWithinMs : null, undoes: undoes ?? null, identified_by: identifiedBy ?? null, identification: identification ?? null, idempotencyKey,
    })
    for (const { deviceId, sub } of reach.deliveries) rows.hold({ jti: randomUUID(), orderId: id, deviceId, sub })
    const row = found(id)
    noteAll(row, waits ? `order.${kind}.asked` : `order.${kind}.given`, by, { reason, identifiedBy, identification })
    if (!waits) release(row)
    return row
  }

  function awaiting(id: string): OrderRow {
    const row = found(id)
    if (row.state !== 'awaiting') throw new DeskRefused(409, 'not-awaiting')
    if (isLapsed(row)) throw new DeskRefused(410, 'order-lapsed')
    return row
  }

  return {
    reached,
    give(order, by) {
      const known = order.idempotencyKey === undefined ? undefined : rows.byKey(order.idempotencyKey)
      if (known !== undefined) {
        if (!isSame(known, order, by)) throw new DeskRefused(409, 'key-of-another-order')
        return { order: shown(known), isNew: false }
      }
      const row = atomically(database, () => place(order, by))
      wake(row.id)
      return { order: shown(found(row.id)), isNew: true }
    },
    agree(id, by, reason) {
      atomically(database, () => {
        const row = awaiting(id)
        if (row.by_sub === by) throw new DeskRefused(409, 'needs-another-person')
        const target = targetOf(row)
        if (row.kind === 'disable-user' && 'users' in target && target.users.includes(by)) throw new DeskRefused(409, 'not-oneself')
        rows.agree(id, by, clock.now())
        noteAll(row, `order.${row.kind}.agreed`, by, { reason })
        release(row)
      })
      wake(id)
      return shown(found(id))
    },
    reject(id, by, reason) {
      atomically(database, () => {
        const row = awaiting(id)
        rows.setState(id, 'rejected')
        rows.move(id, 'held', 'withdrawn')
        noteAll(row, `order.${row.kind}.rejected`, by, { reason })
      })
      return shown(found(id))
    },
    undo(id, by, reason) {
      const made = atomically(database, () => {
        const row = found(id)
        if (row.state !== 'given') throw new DeskRefused(409, 'not-given')
        const withdrawn = rows.move(id, 'waiting', 'withdrawn')
        const back = oppositeOf(row.kind)
        if (back === undefined && withdrawn.length === 0) throw new DeskRefused(409, 'cannot-be-undone')
        noteAll(row, `order.${row.kind}.undone`, by, { reason })
        withdrawn.forEach((deviceId) => workstations.changed(deviceId))
        const undoing = back === undefined ? undefined : place({ kind: back, target: targetOf(row), reason }, by, id)
        rows.undone(id, undoing?.id ?? by)
        return undoing?.id
      })
      if (made !== undefined) wake(made)
      return shown(found(made ?? id))
    },
    find(id) {
      const row = rows.find(id)
      return row && { ...shown(row), deliveries: rows.deliveries(id) }
    },
    list({ state, before, limit }) {
      const page = rows.list(before, limit + 1)
      const orders = page.slice(0, limit).map(shown).filter((order) => state === undefined || order.state === state)
      const last = page.length > limit ? page[limit - 1] : undefined
      return { orders, ...(last === undefined ? {} : { next: last.id }) }
    },
  }
}
