import type { DeskDelivery } from '../../../shared/contract/index.ts'
import { t } from '../../messages/index.ts'

/** What became of an order at one workstation. */
export function deliveryWords({ state, result, error }: Pick<DeskDelivery, 'state' | 'result' | 'error'>): string {
  if (state === 'refused') return t('desk.delivery.refused', { error: error ?? t('desk.notTold') })
  return t(`desk.delivery.${state === 'taken' && result !== undefined ? result : state}`)
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
