import { carryOut } from './carry-out.ts'
import type { Job } from './job.ts'

// A vendor's module runs in this process, and nothing else does: it may crash it or hang it. What it says goes nowhere.
process.on('uncaughtException', () => process.exit(1))
process.on('unhandledRejection', () => process.exit(1))

const { parentPort } = process

parentPort.once('message', ({ data }) => {
  // `main` is the only one at the other end, and a `Job` is what it sends.
  const job: Job = data
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a process's port, and no window: there is no origin to name
  parentPort.postMessage(carryOut(job))
})
