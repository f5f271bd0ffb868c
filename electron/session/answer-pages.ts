import { mainProcedures } from '../../shared/contract/main.ts'
import { newCorrelation } from '../diagnostics/correlation.ts'
import type { Log } from '../diagnostics/log.ts'
import type { AnswerCall, PageCaller } from '../rpc/ipc.electron.ts'
import { createRouter } from '../rpc/router.ts'
import { mainHandlers } from './handlers.ts'
import type { Workstation } from './workstation.ts'

/** Answers the rows of the contract that are `main`'s own. */
export function answerPages(workstation: Workstation, log: Log): AnswerCall {
  return createRouter<'main', PageCaller>({
    via: 'main',
    rows: mainProcedures,
    handlers: mainHandlers(workstation),
    session: () => {
      const session = workstation.session()
      return { state: session.state, permissions: 'who' in session ? session.who.permissions : [] }
    },
    audit: workstation.audit,
    // No row of main's carries anything that would have to be sealed.
    seal: () => Promise.resolve(undefined),
    correlation: newCorrelation,
    report: ({ procedure, failure, correlation }) => log.foreign('rpc.failed', { procedure, failure, correlation }),
  })
}
