import { availableParallelism } from 'node:os'
import { quickParts } from '../checks/parts.ts'
import { runParts } from '../checks/run-parts.ts'
import { closingLine } from '../checks/tally.ts'
import { command } from '../run/command.ts'

/** What can be known within a minute: types, lint, import rules, unit tests. */
await command(
  async (scene) => {
    const total = await runParts(quickParts(scene.root), scene, Math.max(2, availableParallelism()))
    console.log(`\n${closingLine(total)}`)
    return total.failed === 0 ? 0 : 1
  },
  { needs: { build: false, electron: false } },
)
