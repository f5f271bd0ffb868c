import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { scriptEnvironment } from './app.ts'
import { ended } from './child.ts'
import type { Scene } from './command.ts'
import { startSandbox } from './sandbox.ts'
import { freshSandboxState } from './sandbox-state.ts'

/** Empties a folder, and leaves it: it may be ours to write in but not to remove. */
async function empty(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true })
}

/**
 * The tour: a fresh sandbox EHR, a fresh profile, and the real app driven through its main job (`tests/tour/tour.ts`), with a picture of
 * each step in `out/tour`.
 *
 * @returns 0 only if every step showed what it should
 */
export async function tour(scene: Scene): Promise<number> {
  const pictures = join(scene.root, 'out', 'tour')
  await empty(pictures)
  const folder = await scene.family.folder('chartkeep-tour-')
  const sandboxAnswers = async () => {
    const state = join(folder, 'sandbox')
    await freshSandboxState(scene.family, scene.root, state)
    return startSandbox(scene.family, scene.root, { state, stdio: 'ignore' })
  }
  const [desktop, sandbox] = await Promise.all([scene.desktop(), sandboxAnswers()])
  const env = { ...scriptEnvironment(scene, desktop, sandbox), CHARTKEEP_TOUR: pictures, CHARTKEEP_TOUR_PROFILE: join(folder, 'profile') }
  const script = join(scene.root, 'tests', 'tour', 'tour.ts')
  return ended(scene.family.start(process.execPath, [script], { cwd: scene.root, env, stdio: ['ignore', 'inherit', 'inherit'] }))
}
