import { utilityProcess } from 'electron'
import type { Hire, HiredProcess } from './hsm-keys.ts'
import { moduleEnvironment } from './module-environment.ts'

/** Starts a process for one job. */
export function hireHsm(script: string): Hire {
  return (job): HiredProcess => {
    const child = utilityProcess.fork(script, [], { serviceName: 'Chartkeep HSM', stdio: 'ignore', env: moduleEnvironment(process.env) })
    const spawned = new Promise<void>((resolve) => {
      child.once('spawn', () => resolve())
    })
    const exited = new Promise<void>((resolve) => {
      child.once('exit', () => resolve())
    })
    const answer = new Promise<unknown>((resolve, reject) => {
      child.once('message', resolve)
      void exited.then(() => reject(new Error('the process ended without an answer')))
    })
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a process's port, and no window: there is no origin to name
    child.postMessage(job)
    return {
      answer,
      async end() {
        // Before it has a pid there is nothing to end; it gets one in a few milliseconds.
        await Promise.race([spawned, exited])
        // By pid and at once: `kill()` asks, and what hangs in a driver does not hear.
        if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL')
        await exited
      },
    }
  }
}
