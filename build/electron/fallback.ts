import { FuseV1Options, FuseVersion, flipFuses } from '@electron/fuses'
import { createPackage } from '@electron/asar'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { access, constants, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { capture } from '../run/child.ts'
import { holdLock } from '../setup/lock.mjs'
import { SetupFailure } from '../setup/step.ts'
import type { Progress } from '../setup/step.ts'
import { downloadTarball } from './download.ts'
import { fallbackRelease, placeOf } from './fallback-release.ts'
import { unpackZip } from './unpack.ts'

const defaultApp = join(import.meta.dirname, 'default-app')

/** To be raised when `makePlain` makes another thing of the same archive. */
const recipeVersion = 1

/** Changes whenever what we make of the release does, so that a cache never keeps an Electron of an older recipe. */
function recipe(): string {
  const hash = createHash('sha256').update(`${fallbackRelease.integrity} ${recipeVersion}`)
  for (const file of ['main.js', 'package.json']) hash.update(readFileSync(join(defaultApp, file)))
  return hash.digest('hex').slice(0, 8)
}

async function extractArchive(tarball: string, folder: string): Promise<string> {
  const { code, stderr } = await capture('tar', ['-xzf', tarball, '-C', folder, fallbackRelease.archive])
  if (code !== 0) {
    throw new SetupFailure(`The Electron archive did not unpack:\n${stderr.trim()}`, 'Free some disk space (2 GB are needed for a moment), then run the same command again.')
  }
  return join(folder, fallbackRelease.archive)
}

/** Turns the archive into a plain Electron: no application in it but our loader, the ordinary V8 snapshot, and Node's inspector for tests. */
async function makePlain(archive: string, folder: string, progress: Progress): Promise<void> {
  await unpackZip(archive, folder, placeOf, (share) => progress.update(`unpacking, ${Math.round(share * 100)}%`))
  await flipFuses(join(folder, 'electron'), {
    version: FuseVersion.V1,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
  })
  await mkdir(join(folder, 'resources'), { recursive: true })
  await createPackage(defaultApp, join(folder, 'resources', 'default_app.asar'))
  await writeFile(join(folder, 'version'), fallbackRelease.electron)
}

async function writable(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
    await access(folder, constants.W_OK)
  } catch (cause) {
    throw new SetupFailure(
      `The cache folder ${folder} cannot be written.`,
      'Make it writable, or name another in CHARTKEEP_CACHE, then run the same command again.',
      cause,
    )
  }
}

/** What a run left that was killed while it unpacked. We hold the lock: nobody else is unpacking. */
async function sweep(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (name.startsWith('unpacking-')) await rm(join(parent, name), { recursive: true, force: true })
  }
}

/**
 * The folder of the fall-back Electron in `cache`, made if it is not there. It appears under its name by one rename, when it is whole; two
 * runs at once make it once.
 */
export async function ensureFallback(cache: string, progress: Progress): Promise<string> {
  const parent = join(cache, 'electron')
  const folder = join(parent, `${fallbackRelease.electron}-${recipe()}`)
  if (existsSync(folder)) return folder
  await writable(parent)
  const release = await holdLock(join(parent, 'fallback.lock'), () => progress.update('another run is fetching it; waiting'))
  try {
    if (existsSync(folder)) return folder
    const tarball = join(parent, `fallback-${fallbackRelease.electron}.tgz`)
    await downloadTarball(tarball, progress)
    await sweep(parent)
    const work = await mkdtemp(join(parent, 'unpacking-'))
    try {
      const archive = await extractArchive(tarball, work)
      const plain = join(work, 'plain')
      await makePlain(archive, plain, progress)
      await rename(plain, folder)
    } finally {
      await rm(work, { recursive: true, force: true })
    }
    await rm(tarball, { force: true })
    return folder
  } finally {
    release()
  }
}
