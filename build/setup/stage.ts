import { existsSync } from 'node:fs'
import { chmod, chown, mkdir, readFile, rm } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { basename, dirname, join } from 'node:path'
import type { Electron } from '../electron/ensure.ts'
import { isStamped, stamp } from '../bundle/stamp.ts'
import { holdLock } from './lock.mjs'
import { keyOf } from './places.ts'
import { bringBack, mirror } from './tree.ts'
import type { Unprivileged } from './unprivileged.ts'

/** A copy of the project that the unprivileged user can read, in a folder keyed by the project's path. */
export interface Stage {
  readonly root: string
  readonly electron: Electron
}

/** Where a run writes, relative to the project. All else of the stage belongs to root, so a run cannot alter what it runs. */
const resultPlaces = ['out/tour', 'out/bench', 'out/results', 'test-results'] as const
const caches = ['node_modules/.vite', 'node_modules/.vite-temp', 'node_modules/.cache']
export const writablePlaces = ['.chartkeep', ...resultPlaces, ...caches]

/** What a run needs of a project: its sources and its built output. */
export function isStaged(path: string): boolean {
  const [top, second] = path.split('/')
  if (top === 'out') return second === undefined || second === 'app' || second === 'maps'
  return !['.git', 'node_modules', 'test-results', 'dist', '.chartkeep'].includes(top ?? '')
}

/** Changes when the installed packages do. */
async function packagesHash(project: string): Promise<string> {
  const hash = createHash('sha256').update('1')
  for (const file of ['.package-lock.json', 'electron/path.txt']) {
    hash.update(await readFile(join(project, 'node_modules', file)).catch(() => ''))
  }
  return hash.digest('hex')
}

async function stagePackages(project: string, root: string, onCopy: () => void): Promise<void> {
  const stampFile = join(dirname(root), `${basename(root)}.packages`)
  const hash = await packagesHash(project)
  if (existsSync(join(root, 'node_modules')) && (await isStamped(stampFile, hash))) return
  onCopy()
  await rm(stampFile, { force: true })
  // Tools keep their caches in there; those of root stay where they are.
  const skip = (path: string): boolean => path.startsWith('.vite') || path === '.cache'
  await mirror(join(project, 'node_modules'), join(root, 'node_modules'), { share: true, skip })
  // A cache of other packages is of no use, and the tool that throws it away cannot: the folder that it lies in belongs to root.
  for (const place of caches) await rm(join(root, place), { recursive: true, force: true })
  await stamp(stampFile, hash)
}

async function stageElectron(electron: Electron, root: string, user: Unprivileged): Promise<Electron> {
  if (electron.kind === 'shipped') {
    const inside = join('node_modules', 'electron', 'dist')
    return { ...electron, binary: join(root, inside, basename(electron.binary)), folder: join(root, inside) }
  }
  const folder = join(user.base, 'electron', basename(electron.folder))
  const whole = `${folder}.whole`
  if (!existsSync(whole)) {
    await mirror(electron.folder, folder, { share: true })
    await stamp(whole, 'whole')
  }
  return { ...electron, binary: join(folder, basename(electron.binary)), folder }
}

/** Brings the stage up to date with the project. */
export async function ensureStage(project: string, user: Unprivileged, electron: Electron, onCopy: () => void): Promise<Stage> {
  const root = join(user.base, 'checkouts', keyOf(project))
  await mkdir(dirname(root), { recursive: true })
  const release = await holdLock(`${root}.lock`)
  try {
    await mirror(project, root, { skip: (path) => !isStaged(path) })
    await stagePackages(project, root, onCopy)
    for (const place of writablePlaces) {
      const folder = join(root, place)
      await mkdir(folder, { recursive: true })
      await chown(folder, user.uid, user.gid)
      await chmod(folder, 0o755)
    }
    return { root, electron: await stageElectron(electron, root, user) }
  } finally {
    release()
  }
}

/** Brings what a run wrote back into the project. */
export async function collectResults(stage: Stage, project: string): Promise<void> {
  for (const place of resultPlaces) await bringBack(join(stage.root, place), join(project, place))
}
