import { copyFile, mkdir, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { scriptEnvironment } from '../run/app.ts'
import { ended } from '../run/child.ts'
import { command } from '../run/command.ts'
import { projectRoot } from '../setup/places.ts'
import { callerFolder } from '../setup/prepare.ts'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'string' }, patients: { type: 'string' } } })
const figures = join('out', 'bench', 'figures.json')

/** Measures: `npm run bench [-- part …] [--patients N] [--json FILE]`. The table goes to the terminal, the figures to the file. */
await command(
  async (scene) => {
    const desktop = await scene.desktop()
    const file = join(scene.root, figures)
    await mkdir(dirname(file), { recursive: true })
    await rm(file, { force: true })
    const args = [join(scene.root, 'tests', 'bench', 'main.ts'), ...positionals, ...(values.patients === undefined ? [] : ['--patients', values.patients]), '--json', file]
    const env = scriptEnvironment(scene, desktop, undefined)
    return ended(scene.family.start(process.execPath, args, { cwd: scene.root, env, stdio: ['ignore', 'inherit', 'inherit'] }))
  },
  {
    async after() {
      if (values.json === undefined) return
      const file = resolve(callerFolder(), values.json)
      await mkdir(dirname(file), { recursive: true })
      await copyFile(join(projectRoot, figures), file)
    },
  },
)
