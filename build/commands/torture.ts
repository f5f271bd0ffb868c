import { torture } from '../checks/parts.ts'
import { runParts } from '../checks/run-parts.ts'
import { closingLine } from '../checks/tally.ts'
import { command } from '../run/command.ts'

/**
 * What takes hours to prove, each in full, and what is only true at size: `npm run torture [-- file …]`. What it draws is drawn anew; a failure
 * names the seed that shows it again.
 */
await command(
  async (scene) => {
    const named = process.argv.slice(2)
    const total = await runParts(torture(scene.root, named), scene, 1)
    console.log(`\n${closingLine(total)}`)
    // A name that no spec has proves nothing.
    return total.failed === 0 && total.passed > 0 ? 0 : 1
  },
  { needs: { build: false, electron: false } },
)
