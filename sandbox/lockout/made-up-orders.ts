import type { DatabaseSync } from 'node:sqlite'
import { openHistory } from './history.ts'
import { type Enforcement, type Orders, openOrders } from './orders.ts'
import type { NewOrder, WorkstationShown } from './shapes/index.ts'
import { openStreams } from './streams.ts'
import type { UserRef, Workstations } from './workstations.ts'

export interface MadeUpOrders {
  readonly nameOf: (sub: string) => string
  /** Epoch milliseconds. */
  readonly now: number
}

const minute = 60_000
/** Nobody sits at those workstations, and no sign-in came from there. */
const nothing: Enforcement = { setBarred: () => undefined, endGrant: () => undefined, exists: () => false }

/** Files what two people of the desk ordered in the last hours, to workstations that are nowhere, and what is said to have become of it: done, and once refused. */
export function fileMadeUpOrders(database: DatabaseSync, workstations: Workstations, [asks, agrees]: readonly UserRef[], { nameOf, now }: MadeUpOrders): void {
  const there = workstations.list({ limit: 1_000, wait: 0 }).workstations.filter(({ isOnline }) => isOnline)
  const spare = there.find(({ state, unsent }) => state === 'signedOut' && unsent.drafts + unsent.changes === 0)
  const locked = there.filter(({ state }) => state === 'locked').slice(0, 3)
  const laboratory = there.filter(({ site }) => site === 'Laboratory').slice(0, 12)
  if (asks === undefined || agrees === undefined || spare === undefined || locked.length < 3 || laboratory.length === 0) return
  let at = now
  const clock = { now: () => at }
  const history = openHistory(database, clock, nameOf)
  const streams = openStreams(database, clock, history, workstations.changed)
  const orders = openOrders({ database, clock, history, workstations, streams, enforcement: nothing, nameOf, audit: () => undefined })
  const give = (minutesAgo: number, { sub }: UserRef, stations: readonly WorkstationShown[], order: Omit<NewOrder, 'target'>) => {
    at = now - minutesAgo * minute
    return orders.give({ ...order, target: { workstations: stations.map(({ deviceId }) => deviceId) } }, sub).order.id
  }
  const become = (id: string, refusedBy?: WorkstationShown) => {
    at += minute
    for (const { deviceId, jti } of deliveriesOf(orders, id)) {
      const isRefused = deviceId === refusedBy?.deviceId
      streams.settle(deviceId, isRefused ? [] : [jti], isRefused ? { [jti]: { err: 'issued_too_long_ago' } } : {})
      if (!isRefused) streams.results(deviceId, [{ jti, result: 'done' }])
    }
  }

  become(give(170, asks, laboratory, { kind: 'message', message: 'The laboratory system is down for half an hour from noon.', reason: 'Announced by the network team' }))
  const wipe = give(115, agrees, [spare], { kind: 'wipe', reason: 'Goes back to the vendor, ticket 4702' })
  at += 6 * minute
  orders.agree(wipe, asks.sub, 'Stands in the store room, unplugged today')
  become(wipe)
  become(give(40, agrees, locked, { kind: 'lock', reason: 'Left open at the end of the round' }), locked[1])
}

const deliveriesOf = (orders: Pick<Orders, 'find'>, id: string) => orders.find(id)?.deliveries ?? []
