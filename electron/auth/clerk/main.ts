import type { MessagePortMain } from 'electron'
import { ChartkeepError } from '../../../shared/errors.ts'
import { createTransport } from '../../transport/index.ts'
import { userKeyOf } from '../../vault/user-key.ts'
import { createAuth } from '../index.ts'
import { type ClerkHost, runClerk, type TokenPort } from './clerk.ts'
import type { ToClerk } from './protocol.ts'

// An error's text may quote a token: it goes nowhere, and `main` sees that the process ended.
process.on('uncaughtException', () => process.exit(1))
process.on('unhandledRejection', () => process.exit(1))

const { parentPort } = process

const host: ClerkHost = {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a process's port, and no window: there is no origin to name
  post: (message) => parentPort.postMessage(message),
  onMessage(listener) {
    parentPort.on('message', ({ data, ports }) => {
      // `main` is the only one at the other end, and protocol.ts is what it sends.
      const message: ToClerk = data
      listener(
        message,
        ports.map(tokenPort),
      )
    })
  },
}

/** What `records` may take to say that it has the token. Milliseconds. */
const patience = 5_000

function tokenPort(port: MessagePortMain): TokenPort {
  return {
    handOver: (text) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new ChartkeepError('timeout')), patience)
        const taken = () => {
          clearTimeout(timer)
          resolve()
        }
        port.once('message', taken)
        port.once('close', taken)
        port.start()
        port.postMessage(text)
      }),
  }
}

/** Of what an EHR says of its sign-in, its keys and its tokens, in bytes: all of it is a few thousand. */
const largestDocument = 1024 * 1024

runClerk(host, {
  openAuth({ fhirBase, clientId, deviceName, mfa, reports, caPem, pins, proxy }, mains) {
    const transport = createTransport({ origins: [new URL(fhirBase).origin], caPem, pins, proxy, limits: { maxBytes: largestDocument } })
    return createAuth({
      ...mains,
      fetch: (url, init) => transport.fetch(url, init),
      fhirBase,
      clientId,
      userKeyOf,
      deviceName,
      mfa,
      reports,
      clock: { now: () => Date.now() },
      monotonic: () => performance.now(),
    })
  },
})
