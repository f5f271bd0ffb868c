import { createAuditChain } from '../../../electron/audit/chain.ts'
import { chainFolder } from '../../../electron/audit/disk.ts'
import { kindOf } from '../../../shared/errors.ts'

/**
 * Writes intents into the chain of the folder named, eight at a time, without end, and prints the number of each once
 * it is durable. Prints the failure and ends when one is refused.
 */
const clock = { now: () => Date.now() }
const chain = createAuditChain({
  disk: chainFolder(process.argv[2] ?? ''),
  clock,
  monotonic: () => performance.now(),
  actor: () => ({ user: 'u', device: 'd', epoch: 1 }),
  log: { event: () => undefined, foreign: () => undefined },
})
let number = 0
async function writeOnAndOn(): Promise<void> {
  for (;;) {
    number += 1
    const mine = number.toString(16).padStart(8, '0')
    try {
      await chain.intent({ event: 'chart.section', action: 'R', outcome: 'intent', cause: 'look', patient: 'p-1', correlation: mine })
    } catch (error) {
      process.stdout.write(`${kindOf(error)}\n`, () => process.exit(0))
      return
    }
    process.stdout.write(`${mine}\n`)
  }
}
await Promise.all(Array.from({ length: 8 }, writeOnAndOn))
