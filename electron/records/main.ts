import type { MessagePortMain } from 'electron'
import type { Host, TextPort } from './host.ts'
import { costOfThisMachine } from './keys/argon2-cost.ts'
import type { ToRecords } from './protocol.ts'
import { runRecords } from './records.ts'

// Whatever this process writes is for its own user alone.
process.umask(0o077)
// An error's text may quote a record: it goes nowhere, and `main` sees that the process ended.
process.on('uncaughtException', () => process.exit(1))
process.on('unhandledRejection', () => process.exit(1))

const { parentPort } = process

const host: Host = {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a process's port, and no window: there is no origin to name
  post: (message) => parentPort.postMessage(message),
  onMessage(listener) {
    parentPort.on('message', ({ data, ports }) => {
      // `main` is the only one at the other end, and protocol.ts is what it sends.
      const message: ToRecords = data
      listener(message, ports.map(textPort))
    })
  },
}

function textPort(port: MessagePortMain): TextPort {
  return {
    post: (text) => port.postMessage(text),
    onMessage(listener) {
      port.on('message', ({ data }) => listener(data))
      port.start()
    },
    onClose: (listener) => void port.on('close', listener),
    close: () => port.close(),
  }
}

runRecords(host, { clock: { now: () => Date.now() }, random: () => Math.random(), cost: costOfThisMachine, rotateAfter: 2_000 })
