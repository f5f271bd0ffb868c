import type { Handlers } from '../../rpc/router.ts'
import type { PortCaller } from '../handlers/caller.ts'
import type { Openings } from './watch-openings.ts'

type ChartHandlers = Pick<Handlers<'tab', PortCaller>, 'chart.section'>

/** The same handlers, with somebody who looks over their shoulder: what they answer, and when, stays as it is. */
export function watchedChart(handlers: ChartHandlers, openings: Openings): ChartHandlers {
  return {
    async 'chart.section'(input, caller) {
      openings.asked(input)
      try {
        const output = await handlers['chart.section'](input, caller)
        openings.answered(input, output)
        return output
      } catch (error) {
        openings.failed(input)
        throw error
      }
    },
  }
}
