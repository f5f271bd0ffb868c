import type { Log } from '../diagnostics/log.ts'
import type { OwnEvent } from '../audit/own-events.ts'
import { carryOut, type Hands } from './carry-out.ts'
import type { Journal } from './journal.ts'
import { leftAfter } from './left.ts'
import type { Order } from './order.ts'
import type { CarriedOut } from './service.ts'
import type { Standings } from './standing.ts'

export interface AtStartParts {
  readonly journal: Journal
  readonly standings: Standings
  readonly hands: Hands
  readonly log: Log
  tell(own: OwnEvent): void
}

/**
 * Carries out what was ordered before the application ended: before anything is shown, and before anything of anybody is opened. Gives what
 * became of it, to be reported; what failed is left for the next start.
 */
export async function carryOutPending({ journal, standings, hands, log, tell }: AtStartParts): Promise<readonly CarriedOut[]> {
  const done: CarriedOut[] = []
  const obey = carryOut({ hands, standings, log })
  let left: readonly Order[] = journal.current().pending
  for (const order of left) {
    const result = await obey(order)
    tell({ event: `order.${order.kind}`, outcome: result === 'failed' ? 'failed' : 'success', cause: 'refresh', facts: { order: order.jti } })
    log.event('orders.carried-out', { order: order.kind, result })
    left = leftAfter(left, order, result)
    done.push({ jti: order.jti, result })
  }
  if (done.length > 0) await journal.change((kept) => ({ ...kept, pending: [...left] })).catch(() => undefined)
  return done
}
