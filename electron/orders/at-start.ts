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

export interface DoneAtStart {
  /** To be reported. */
  readonly done: readonly CarriedOut[]
  /** Forgets what was done; what failed is left for the next start. Until the chain has what became of it, a plug that is pulled has it carried out again. Never rejects. */
  recorded(): Promise<void>
}

/** Carries out what was ordered before the application ended: before anything is shown, and before anything of anybody is opened. */
export async function carryOutPending({ journal, standings, hands, log, tell }: AtStartParts): Promise<DoneAtStart> {
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
  const isOver = ({ jti }: Order) => done.some((each) => each.jti === jti) && !left.some((each) => each.jti === jti)
  return {
    done,
    recorded: async () => {
      if (done.length > 0) await journal.change((kept) => ({ ...kept, pending: kept.pending.filter((order) => !isOver(order)) })).catch(() => undefined)
    },
  }
}
