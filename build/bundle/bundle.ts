import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { build as buildPage } from 'vite'
import { z } from 'zod'
import pageConfig from '../vite.config.ts'
import { holdLock } from '../setup/lock.mjs'
import { SetupFailure } from '../setup/step.ts'
import { buildNodeSide } from './node-side.ts'
import { contentHash, isStamped, stamp } from './stamp.ts'

/** What the built application is made of. A test beside a module is no part of it. */
const inputs = ['electron', 'renderer', 'shared', 'build/bundle', 'build/vite.config.ts', 'build/pdf-parts.ts', 'package-lock.json']
const isInput = (path: string): boolean => !/\.test\.tsx?$/.test(path)

/** What the built application says about itself: of package.json, the part that is not about building. */
const About = z.object({ name: z.string(), productName: z.string(), version: z.string(), description: z.string() })

async function describe(root: string, folder: string): Promise<void> {
  const about = About.parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')))
  const text = JSON.stringify({ ...about, type: 'module', main: 'main.js' }, null, 2)
  await writeFile(join(folder, 'package.json'), `${text}\n`)
}

/** Source maps are for us: they move out of the folder that is served and shipped. */
async function moveMaps(folder: string, maps: string): Promise<void> {
  await rm(maps, { recursive: true, force: true })
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  for (const entry of entries) {
    if (!entry.isFile() || !entry.name.endsWith('.map')) continue
    const file = join(entry.parentPath, entry.name)
    const target = join(maps, relative(folder, file))
    await mkdir(dirname(target), { recursive: true })
    await rename(file, target)
  }
}

/** What a build left that was killed. We hold the lock: nobody else is building. */
async function sweep(out: string): Promise<void> {
  for (const name of await readdir(out)) {
    if (name.startsWith('app.building-')) await rm(join(out, name), { recursive: true, force: true })
  }
}

async function buildInto(root: string, work: string): Promise<void> {
  const page = { ...pageConfig, configFile: false as const, logLevel: 'silent' as const, build: { ...pageConfig.build, outDir: join(work, 'renderer') } }
  // Both to their end, even if one fails: who still writes must not find its folder gone.
  const ends = await Promise.allSettled([buildNodeSide(root, work), buildPage(page)])
  for (const end of ends) if (end.status === 'rejected') throw end.reason
  await describe(root, work)
}

/** The beginning of a tool's message, without its colours: the first complaint is the one to mend. */
const firstLines = (text: string, count: number): string => stripVTControlCharacters(text).split('\n').slice(0, count).join('\n')

/** Takes the place of what stood there. The old folder goes aside first: a rename does not replace a folder that has files. */
async function replace(work: string, target: string): Promise<void> {
  const old = `${work}.old`
  if (existsSync(target)) await rename(target, old)
  await rename(work, target)
  await rm(old, { recursive: true, force: true })
}

/**
 * Builds the application of the project at `root` into `out/app` (maps into `out/maps`), unless it was built from the very same inputs.
 * A build that fails leaves the last good one as it was.
 *
 * @returns whether anything was built
 */
export async function bundle(root: string, onBuild: () => void = () => {}): Promise<boolean> {
  const out = join(root, 'out')
  const target = join(out, 'app')
  const stampFile = join(out, 'app.stamp')
  const release = await holdLock(join(root, '.chartkeep', 'bundle.lock'))
  try {
    const hash = await contentHash(root, inputs, isInput)
    if (existsSync(join(target, 'main.js')) && (await isStamped(stampFile, hash))) return false
    onBuild()
    await mkdir(out, { recursive: true })
    await sweep(out)
    const work = await mkdtemp(join(out, 'app.building-'))
    try {
      await buildInto(root, work)
      await moveMaps(work, join(out, 'maps'))
      await rm(stampFile, { force: true })
      await replace(work, target)
      await stamp(stampFile, hash)
    } catch (cause) {
      throw new SetupFailure(
        `The application does not build:\n${firstLines(cause instanceof Error ? cause.message : String(cause), 20)}`,
        'Mend what is named above, then run the same command again.',
        cause,
      )
    } finally {
      await rm(work, { recursive: true, force: true })
    }
    return true
  } finally {
    release()
  }
}
