import { powerMonitor } from 'electron'
import type { SessionEvent } from './machine.ts'

/** How often the deadlines are looked at while a session is open, in milliseconds. */
const tickEvery = 1_000

/**
 * What the operating system tells: its lock, suspend and resume. On Linux `lock-screen` never fires
 * (docs/adr: operating-system events); suspend and resume do.
 */
export function followOperatingSystem(dispatch: (event: SessionEvent) => void, awake: () => void): () => void {
  const osLock = () => dispatch({ type: 'lock-asked', reason: 'os-lock' })
  const suspend = () => dispatch({ type: 'lock-asked', reason: 'suspend' })
  const tick = () => dispatch({ type: 'tick' })
  const resume = () => {
    tick()
    awake()
  }
  powerMonitor.on('lock-screen', osLock)
  powerMonitor.on('suspend', suspend)
  powerMonitor.on('resume', resume)
  const timer = setInterval(tick, tickEvery)
  return () => {
    clearInterval(timer)
    powerMonitor.off('lock-screen', osLock)
    powerMonitor.off('suspend', suspend)
    powerMonitor.off('resume', resume)
  }
}
