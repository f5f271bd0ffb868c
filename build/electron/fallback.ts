import { FuseV1Options, FuseVersion, flipFuses } from '@electron/fuses'
import { createPackage } from '@electron/asar'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { access, constants, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { capture } from '../run/child.ts'
import { holdLock } from '../setup/lock.mjs'
import { SetupFailure } from '../setup/step.ts'
import type { Progress } from '../setup/step.ts'
import { downloadTarball } from './download.ts'
import { fallbackRelease, placeOf } from './fallback-release.ts'
import { unpackZip } from './unpack.ts'

const defaultApp = join(import.meta.dirname, 'default-app')

/** Changes whenever what we make of the release does, so that a cache never keeps an Electron of an older recipe. */
function recipe(): string {
  const hash = createHash('sha256').update(fallbackRelease.integrity)
  for (const file of ['fallback.ts', 'fallback-release.ts', 'default-app/main.js', 'default-app/package.json']) {
    hash.update(readFileSync(join(import.meta.dirname, file)))
  }
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
