import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ended } from '../run/child.ts'
import { command } from '../run/command.ts'
import { printCode, startSandbox } from '../run/sandbox.ts'

/** The sandbox EHR alone, until Ctrl-C: for a Chartkeep started elsewhere, or for any other SMART client. */
await command(
  async (scene) => {
    const { values } = parseArgs({
      options: { port: { type: 'string', default: '0' }, patients: { type: 'string', default: '50' }, seed: { type: 'string' }, clients: { type: 'string' }, code: { type: 'string' } },
    })
    const state = join(scene.root, '.chartkeep', 'sandbox')
    if (values.code !== undefined) return printCode(scene.family, scene.root, state, values.code)
    const sandbox = await startSandbox(scene.family, scene.root, {
      state,
      port: Number(values.port),
      patients: Number(values.patients),
      ...(values.seed === undefined ? {} : { seed: Number(values.seed) }),
      ...(values.clients === undefined ? {} : { clients: resolve(values.clients) }),
      stdio: 'inherit',
    })
    console.log(`\nPolicy for Chartkeep: CHARTKEEP_POLICY=${sandbox.policyFile}\nPress Ctrl-C to end it.`)
    return ended(sandbox.process)
  },
  { needs: { build: false, electron: false } },
)
