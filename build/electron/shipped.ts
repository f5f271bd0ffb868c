import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { spawn } from 'node:child_process'
import { ended } from '../run/child.ts'

/** How long a first answer from Electron's own site may take before the fall-back is taken. */
const answerWithinMs = 5_000
const dayMs = 24 * 60 * 60 * 1_000

/** The `electron` package's binary, when its download is done and whole: its own `path.txt` is written last. */
export function shippedBinary(root: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const override = env['ELECTRON_OVERRIDE_DIST_PATH']
  const folder = join(root, 'node_modules', 'electron')
  try {
    const name = override !== undefined && !existsSync(join(folder, 'path.txt'))
      ? (process.platform === 'win32' ? 'electron.exe' : process.platform === 'darwin' ? 'Electron.app/Contents/MacOS/Electron' : 'electron')
      : readFileSync(join(folder, 'path.txt'), 'utf8')
    const binary = join(override ?? join(folder, 'dist'), name)
    return existsSync(binary) ? binary : undefined
  } catch {
    return undefined
  }
}

/** Where the electron package would download from: its mirror, or GitHub. */
export function downloadOrigin(env: NodeJS.ProcessEnv): string {
  const mirror = env['ELECTRON_MIRROR'] ?? env['npm_config_electron_mirror'] ?? env['electron_mirror']
  return mirror ?? 'https://github.com/electron/electron/releases/'
}

/** Was it tried in vain within the last day? */
export function wasTriedToday(note: string, origin: string, now: number): boolean {
  const [when, where] = note.split(' ')
  return where === origin && now - Number(when) < dayMs && now >= Number(when)
}

async function answers(origin: string): Promise<boolean> {
  try {
    await fetch(origin, { method: 'HEAD', signal: AbortSignal.timeout(answerWithinMs), redirect: 'manual' })
    return true
  } catch {
    return false
  }
}

/**
 * Downloads the shipped Electron through its own package. One short question first: networks that block it must not cost a person minutes.
 * The failure is remembered for a day.
 *
 * @param note the file that remembers
 * @returns whether it is there now
 */
export async function downloadShipped(root: string, note: string, now: number, env: NodeJS.ProcessEnv = process.env): Promise<boolean> {
  const origin = downloadOrigin(env)
  const remembered = existsSync(note) ? readFileSync(note, 'utf8') : ''
  if (wasTriedToday(remembered, origin, now)) return false
  // A proxy that only the package's own downloader knows may reach what we do not: then it is worth its time.
  const hasProxy = Boolean(env['HTTPS_PROXY'] ?? env['https_proxy'] ?? env['ELECTRON_GET_USE_PROXY'])
  const code = hasProxy || (await answers(origin)) ? await install(root, env) : 1
  if (code === 0 && shippedBinary(root, env) !== undefined) {
    await rm(note, { force: true })
    return true
  }
  await mkdir(dirname(note), { recursive: true })
  await writeFile(note, `${now} ${origin}`)
  return false
}

/** Ten minutes are enough for 110 MB on a slow line; past that the fall-back is the better wait. */
function install(root: string, env: NodeJS.ProcessEnv): Promise<number> {
  const script = join(root, 'node_modules', 'electron', 'install.js')
  const child = spawn(process.execPath, [script], { cwd: root, env, stdio: 'ignore', timeout: 600_000 })
  return ended(child)
}
