import type { MessagePortMain } from 'electron'
import { createTransport } from '../../transport/index.ts'
import { userKeyOf } from '../../vault/user-key.ts'
import { createAuth } from '../index.ts'
import { type ClerkHost, runClerk } from './clerk.ts'
import type { ToClerk } from './protocol.ts'

// An error's text may quote a token: it goes nowhere, and `main` sees that the process ended.
process.on('uncaughtException', () => process.exit(1))
process.on('unhandledRejection', () => process.exit(1))

const { parentPort } = process

const host: ClerkHost = {
  // Not a window's postMessage: there is no origin to name.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  post: (message) => parentPort.postMessage(message),
  onMessage(listener) {
    parentPort.on('message', ({ data, ports }) => {
      // `main` is the only one at the other end, and protocol.ts is what it sends.
      const message: ToClerk = data
      listener(
        message,
        ports.map((port: MessagePortMain) => ({ post: (text) => port.postMessage(text) })),
      )
    })
  },
}

runClerk(host, {
  openAuth({ fhirBase, clientId, deviceName, caPem, pins, proxy }, mains) {
    const transport = createTransport({ origins: [new URL(fhirBase).origin], caPem, pins, proxy })
    return createAuth({
      ...mains,
      fetch: (url, init) => transport.fetch(url, init),
      fhirBase,
      clientId,
      userKeyOf,
      deviceName,
      clock: { now: () => Date.now() },
      monotonic: () => performance.now(),
    })
  },
})
