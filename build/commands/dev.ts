import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { watch } from 'node:fs'
import { join } from 'node:path'
import { appEnvironment, startApp } from '../run/app.ts'
import { ended } from '../run/child.ts'
import { command } from '../run/command.ts'
import { describeUsers, startSandbox } from '../run/sandbox.ts'
import { hasDesktop } from '../session/desktop.ts'
import { projectRoot } from '../setup/places.ts'
import { wasHandedOver } from '../setup/prepare.ts'
import { SetupFailure } from '../setup/step.ts'

/** Sources of the application: a change in one builds it again. */
const sources = ['electron', 'renderer', 'shared']

/** Resolves when a source changed and then nothing more did for a moment: an editor saves in several steps. */
function nextChange(root: string, quietMs = 150): Promise<void> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined
    const watchers = sources.map((folder) =>
      watch(join(root, folder), { recursive: true }, (_event, name) => {
        if (name !== null && /\.test\.tsx?$|~$/.test(name)) return
        clearTimeout(timer)
        timer = setTimeout(() => {
          for (const watcher of watchers) watcher.close()
          resolve()
        }, quietMs)
      }),
    )
  })
}

/** Builds in a process of its own: this one has the old modules loaded. */
const rebuild = (): Promise<number> =>
  ended(spawn(process.execPath, [join(projectRoot, 'build', 'bundle', 'main.ts')], { stdio: 'inherit' }))

/** The app before a sandbox EHR, built and opened again at each change, with its profile kept. */
await command(async (scene) => {
  if (wasHandedOver() || !hasDesktop(process.platform, process.env)) {
    throw new SetupFailure('`npm run dev` is for somebody who looks at the app while changing it.', 'Run it as an ordinary user, on a desktop. Elsewhere `npm run tour` shows the app.')
  }
  const desktop = await scene.desktop()
  const state = join(scene.root, '.chartkeep')
  const sandbox = await startSandbox(scene.family, scene.root, { state: join(state, 'sandbox'), stdio: 'ignore' })
  console.log(`\nSandbox EHR at ${sandbox.baseUrl}. Sign in as one of:\n\n${await describeUsers(sandbox.usersFile)}\n`)
  const env = appEnvironment(desktop, sandbox.policyFile, join(state, 'profile'))
  let change = nextChange(projectRoot)
  for (;;) {
    const app: ChildProcess = startApp(scene, env)
    const how = await Promise.race([ended(app), change.then(() => 'changed' as const)])
    if (how !== 'changed') return how
    change = nextChange(projectRoot)
    // A build that fails has said why; the app stays as it was until the next change.
    while ((await rebuild()) !== 0) {
      await change
      change = nextChange(projectRoot)
    }
    app.kill()
    await ended(app)
  }
})
