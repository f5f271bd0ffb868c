import type { OrderKind } from '../../shared/desk/order-kinds.ts'
import type { Order, OrderResult } from './order.ts'

/**
 * What the next start tries again. Not a wipe: its own mark finishes it for those whom it was about (vault/wipe.ts), and to order it anew would destroy
 * what somebody has written since. Nor what is over with its moment.
 */
const isTriedAgain: Readonly<Record<OrderKind, boolean>> = {
  lock: false, 'sign-out': true, wipe: false, 'disable-user': true, 'enable-user': true, 'require-sign-in': true, 'reset-pin': true, message: false,
}

/** What an order that was carried out makes void of the earlier ones about the same person. */
const voids: Readonly<Partial<Record<OrderKind, readonly OrderKind[]>>> = {
  'disable-user': ['disable-user', 'enable-user'],
  'enable-user': ['disable-user', 'enable-user', 'require-sign-in'],
}

/** What is still to be carried out after an order was, or could not be: one that failed stays, until it is done or a later one takes its place. */
export function leftAfter(pending: readonly Order[], order: Order, result: OrderResult): Order[] {
  if (result === 'failed' && isTriedAgain[order.kind]) return [...pending]
  const place = pending.findIndex(({ jti }) => jti === order.jti)
  const gone = result === 'done' ? (voids[order.kind] ?? []) : []
  return pending.filter((each, at) => at !== place && !(at < place && each.userKey !== undefined && each.userKey === order.userKey && gone.includes(each.kind)))
}
