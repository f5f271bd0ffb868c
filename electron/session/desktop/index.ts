import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../../diagnostics/log.ts'
import type { SessionEvent } from '../machine.ts'
import type { Sleep } from '../sleep.ts'
import { socketsOf } from './address.ts'
import { openBus } from './bus.ts'
import { followBus } from './follow-bus.ts'
import { createInhibitor } from './inhibitor.ts'
import { createLogind } from './logind.ts'
import { createScreenSavers } from './screen-saver.ts'

export interface DesktopParts {
  readonly env: NodeJS.ProcessEnv
  readonly pid: number
  readonly log: Log
  readonly sleep: Sleep
  dispatch(event: SessionEvent): void
}

/** What a Linux desktop and its machine tell over D-Bus, which Electron does not (ADR 0115). */
export function followDesktop({ env, pid, log, sleep: machine, dispatch }: DesktopParts): { close(): Promise<void> } {
  const inhibitor = createInhibitor({ env, log })
  const locked = () => dispatch({ type: 'lock-asked', reason: 'os-lock' })
  const logind = createLogind({ sessionId: env['XDG_SESSION_ID'], pid, locked, sleeps: machine.begins, wakes: machine.ends, met: () => machine.keptBy(inhibitor) })
  const wait = (milliseconds: number, signal: AbortSignal) => sleep(milliseconds, undefined, { signal, ref: false }).catch(() => undefined)
  const follow = { log, open: openBus, wait }
  const followed = [
    followBus({ ...follow, kind: 'system', sockets: socketsOf('system', env), speakers: [logind] }),
    followBus({ ...follow, kind: 'session', sockets: socketsOf('session', env), speakers: createScreenSavers(locked) }),
  ]
  return {
    async close() {
      await Promise.all([...followed.map((each) => each.close()), inhibitor.release()])
    },
  }
}
