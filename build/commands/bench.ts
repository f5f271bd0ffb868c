import { copyFile, mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { scriptEnvironment } from '../run/app.ts'
import { ended } from '../run/child.ts'
import { command } from '../run/command.ts'
import { callerFolder } from '../setup/prepare.ts'
import { projectRoot } from '../setup/places.ts'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'string' } } })
const result = join('out', 'bench', 'figures.json')
const isOutermost = process.env['CHARTKEEP_PREPARED'] === undefined

/** Measures: `npm run bench [-- part …] [--json FILE]`. The table goes to the terminal, the figures to the file. */
process.once('exit', () => {})
await command(async (scene) => {
  const desktop = await scene.desktop()
  await mkdir(join(scene.root, 'out', 'bench'), { recursive: true })
  const file = join(scene.root, result)
  const args = [join(scene.root, 'tests', 'bench', 'main.ts'), ...positionals, '--json', file]
  const env = scriptEnvironment(scene, desktop, undefined)
  const code = await ended(scene.family.start(process.execPath, args, { cwd: scene.root, env, stdio: ['ignore', 'inherit', 'inherit'] }))
  return code
})
