import { availableParallelism } from 'node:os'
import { isSuiteName, quickParts, slowParts, suites } from '../checks/parts.ts'
import { runParts } from '../checks/run-parts.ts'
import { closingLine, gateTally, sumOf } from '../checks/tally.ts'
import type { Tally } from '../checks/tally.ts'
import { command } from '../run/command.ts'

const [only, ...filters] = process.argv.slice(2)

if (only !== undefined && !isSuiteName(only)) {
  console.error(`There is no part ${only}. Everything: npm test. One part, and files of it: npm test -- ${Object.keys(suites).join('|')} [name …]`)
  process.exit(2)
}

/** Everything: `npm test`. One part alone: `npm test -- e2e [file …]`. The last line is `N passed, N failed`. */
await command(
  async (scene) => {
    const tallies: Tally[] = []
    if (only === undefined) {
      // That the application builds is a claim like the others.
      tallies.push(gateTally(scene.isBuilt ? 0 : 1))
      tallies.push(await runParts(quickParts(scene.root), scene, Math.max(2, availableParallelism())))
      tallies.push(await runParts(slowParts(scene.root), scene, 1))
    } else {
      tallies.push(await runParts([suites[only](scene.root, filters)], scene, 1))
    }
    const total = sumOf(tallies)
    console.log(`\n${closingLine(total)}`)
    return total.failed === 0 ? 0 : 1
  },
  {
    needs: { build: 'tried' },
    // Nothing ran: that is one failure, and the last line says so as ever.
    onFailure: () => console.log(`\n${closingLine(gateTally(1))}`),
  },
)
