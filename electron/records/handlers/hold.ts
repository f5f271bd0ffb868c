import { ChartkeepError } from '../../../shared/errors.ts'
import type { Handlers } from '../../rpc/router.ts'
import type { HeldCharts } from '../held-charts.ts'
import type { PortCaller } from './caller.ts'

/** The answer is in the chain by now, and `main` has told what it opens before it said so. */
export function holdHandlers(held: HeldCharts): Pick<Handlers<'tab', PortCaller>, 'hold.answer'> {
  return {
    async 'hold.answer'({ patient }) {
      if (await held.isHeld(patient)) throw new ChartkeepError('internal')
      return {}
    },
  }
}
