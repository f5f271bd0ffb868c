import { campaign } from '../checks/parts.ts'
import { runParts } from '../checks/run-parts.ts'
import { closingLine } from '../checks/tally.ts'
import { command } from '../run/command.ts'

/** The long form of what `npm test` does briefly: `npm run campaign [-- file …]`. More damage, more people, more kills, drawn anew each time. */
await command(
  async (scene) => {
    const total = await runParts(campaign(scene.root, process.argv.slice(2)), scene, 1)
    console.log(`\n${closingLine(total)}`)
    // A name that no spec has proves nothing.
    return total.failed === 0 && total.passed > 0 ? 0 : 1
  },
  { needs: { build: false, electron: false } },
)
