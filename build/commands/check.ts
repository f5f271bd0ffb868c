import { availableParallelism } from 'node:os'
import { gates, suites } from '../checks/parts.ts'
import { runParts } from '../checks/run-parts.ts'
import { closingLine, sumOf } from '../checks/tally.ts'
import { command } from '../run/command.ts'

/** What can be known within a minute: types, lint, import rules, unit tests. */
await command(
  async (scene) => {
    const still = await runParts(gates(scene.root), scene, Math.max(2, availableParallelism()))
    const units = await runParts([suites.unit(scene.root)], scene, 1)
    const total = sumOf([still, units])
    console.log(`\n${closingLine(total)}`)
    return total.failed === 0 ? 0 : 1
  },
  { needs: { build: false, electron: false } },
)
