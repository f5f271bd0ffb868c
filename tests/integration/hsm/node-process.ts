import { fork } from 'node:child_process'
import type { Hire } from '../../../electron/vault/hsm/hsm-keys.ts'

const script = new URL('one-job.ts', import.meta.url).pathname

/** A process that was hired, and how it ended. */
export interface Hired {
  readonly pid: number
  /** `SIGKILL`: it was ended by who hired it. */
  signal?: NodeJS.Signals | null
}

/** Hires processes as electron/vault/hsm/process.electron.ts does, under plain Node, and notes each in `hired`. */
export function hireUnderNode(env: NodeJS.ProcessEnv, hired: Hired[]): Hire {
  return (job) => {
    const child = fork(script, { serialization: 'advanced', stdio: 'ignore', env: { ...process.env, ...env } })
    const note: Hired = { pid: child.pid ?? 0 }
    hired.push(note)
    const exited = new Promise<void>((resolve) => {
      child.once('exit', (_code, signal) => {
        note.signal = signal
        resolve()
      })
    })
    const answer = new Promise<unknown>((resolve, reject) => {
      child.once('message', resolve)
      void exited.then(() => reject(new Error('the process ended without an answer')))
    })
    child.send(job)
    return {
      answer,
      end: async () => {
        child.kill('SIGKILL')
        await exited
      },
    }
  }
}
