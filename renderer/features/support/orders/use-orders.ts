import type { DeskOrder, OutputOf } from '../../../../shared/contract/index.ts'
import { useServices } from '../../../services/index.ts'
import { useLookAgain } from '../use-look-again.ts'
import { type NewestFirst, useNewestFirst } from '../use-newest-first.ts'

export const orderFilters = ['all', 'awaiting'] as const
export type OrderFilter = (typeof orderFilters)[number]

type OrderPart = OutputOf<'desk.orders'>

/** How often it is looked whether a colleague asked for an order: nothing of that changes a workstation. Milliseconds. */
const lookEvery = 20_000

const ordersOf = ({ orders }: OrderPart) => orders

/** Read again soon after a workstation changed, too: an order that was taken is a change. `revision`: of the workstations. */
export function useOrders(asked: OrderFilter, revision: number): NewestFirst<DeskOrder, OrderPart> {
  const { bridge } = useServices()
  const list = useNewestFirst({
    list: 'orders',
    asked,
    everyMs: lookEvery,
    read: (signal, cause, before) => bridge.callUntil(signal, 'desk.orders', { cause, ...(asked === 'all' ? {} : { state: asked }), ...before }),
    linesOf: ordersOf,
  })
  useLookAgain(revision, true, list.look)
  return list
}
