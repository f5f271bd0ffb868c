import type { DeskDelivery, DeskOrder } from '../../../../shared/contract/index.ts'
import { t } from '../../../messages/index.ts'

/** What became of an order at one workstation. */
export function deliveryWords({ state, result, error }: Pick<DeskDelivery, 'state' | 'result' | 'error'>): string {
  if (state === 'refused') return t('desk.delivery.refused', { error: error ?? t('desk.notTold') })
  return t(`desk.delivery.${state === 'taken' && result !== undefined ? result : state}`)
}

/** Whether nothing can become of an order any more: nothing of it is on its way, nor taken without a word of what came of it. */
export function isOver({ order, deliveries }: { readonly order: Pick<DeskOrder, 'state'>; readonly deliveries: readonly DeskDelivery[] }): boolean {
  if (order.state === 'rejected' || order.state === 'lapsed') return true
  return order.state !== 'awaiting' && !deliveries.some(({ state, result }) => state === 'held' || state === 'waiting' || (state === 'taken' && result === undefined))
}

/** How much somebody has to look at it: what went wrong, what is open, what is well. */
function weight({ state, result }: DeskDelivery): number {
  if (state === 'refused' || result === 'failed') return 0
  if (state === 'held' || state === 'waiting') return 1
  if (state === 'taken' && result === undefined) return 2
  return state === 'withdrawn' || result === 'not-for-here' ? 3 : 4
}

export function troublesFirst(deliveries: readonly DeskDelivery[]): readonly DeskDelivery[] {
  return deliveries.toSorted((a, b) => weight(a) - weight(b))
}
