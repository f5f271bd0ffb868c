import { type MessagePortMain, utilityProcess } from 'electron'
import { childEnvironment } from '../../session/child-environment.ts'
import type { ClerkListener, ClerkProcess } from './desk.ts'
import type { ClerkStart, FromClerk } from './protocol.ts'

/** Where an access token is to be sent. */
export type TokenPort = MessagePortMain

/** Starts a clerk. It gets no D-Bus address and no display; what it needs of either it asks for. */
export function startClerk(script: string, start: ClerkStart, listener: ClerkListener): ClerkProcess<TokenPort> {
  const child = utilityProcess.fork(script, [], { serviceName: 'Chartkeep clerk', stdio: 'ignore', env: childEnvironment(process.env) })
  const spawned = new Promise<void>((resolve) => {
    child.once('spawn', () => resolve())
  })
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve()
      listener.gone()
    })
  })
  const clerk: ClerkProcess<TokenPort> = {
    post: (message, ports = []) => child.postMessage(message, [...ports]),
    end: async () => {
      // Before it has a pid it has no memory to end; it gets one in a few milliseconds.
      await Promise.race([spawned, exited])
      // By pid and at once: `kill()` would let it run its own exit.
      if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL')
      await exited
    },
  }
  child.on('message', (message: FromClerk) => listener.message(message))
  clerk.post({ kind: 'start', start })
  return clerk
}
