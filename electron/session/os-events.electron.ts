import { powerMonitor } from 'electron'
import type { Log } from '../diagnostics/log.ts'
import type { SessionEvent } from './machine.ts'
import { createOsIdle } from './os-idle.ts'
import type { Sleep } from './sleep.ts'

/** How often the deadlines are looked at while a session is open, in milliseconds. */
const tickEvery = 1_000

export interface OperatingSystemParts {
  readonly log: Log
  readonly sleep: Sleep
  /** Something of a patient may be on the screen. */
  isOpen(): boolean
  monotonic(): number
  dispatch(event: SessionEvent): void
}

/** What the operating system tells, as long as it is listened to. */
export interface OperatingSystem {
  /** From the first paint on: what tells of a Linux desktop is loaded now, there and nowhere else. */
  begin(): Promise<void>
  close(): Promise<void>
}

/**
 * Follows the operating system's lock, suspend and resume, and for how long it has seen nobody. Electron tells of a lock on Windows and macOS, of sleep everywhere; what else a Linux
 * desktop says comes over D-Bus (docs/adr/0115). No unlock of the operating system is followed: it unlocks nothing here.
 */
export function followOperatingSystem({ log, sleep, isOpen, monotonic, dispatch }: OperatingSystemParts): OperatingSystem {
  const locked = () => dispatch({ type: 'lock-asked', reason: 'os-lock' })
  powerMonitor.on('lock-screen', locked)
  powerMonitor.on('suspend', sleep.begins)
  powerMonitor.on('resume', sleep.ends)
  const osIdle = createOsIdle({ counter: () => powerMonitor.getSystemIdleTime(), monotonic })
  const timer = setInterval(() => {
    const seconds = isOpen() ? osIdle() : undefined
    if (seconds !== undefined) dispatch({ type: 'os-idle', seconds })
    dispatch({ type: 'tick' })
  }, tickEvery)
  let desktop: { close(): Promise<void> } | undefined
  return {
    async begin() {
      if (process.platform !== 'linux') return
      const { followDesktop } = await import('./desktop/index.ts')
      desktop = followDesktop({ env: process.env, pid: process.pid, log, sleep, dispatch })
    },
    async close() {
      clearInterval(timer)
      powerMonitor.off('lock-screen', locked)
      powerMonitor.off('suspend', sleep.begins)
      powerMonitor.off('resume', sleep.ends)
      await desktop?.close()
    },
  }
}
