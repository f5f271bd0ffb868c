import { dirname, join } from 'node:path'
import { SetupFailure } from '../setup/step.ts'
import type { Progress } from '../setup/step.ts'
import { ensureFallback } from './fallback.ts'
import { fallbackRelease, hasFallback } from './fallback-release.ts'
import { downloadShipped, shippedBinary } from './shipped.ts'

/** An Electron to run: the line that we ship on, or the older one of restricted networks. */
export interface Electron {
  readonly kind: 'shipped' | 'fallback'
  readonly binary: string
  /** Everything the binary needs beside it. */
  readonly folder: string
}

/**
 * Finds or brings an Electron: the shipped one if it is installed or its download answers, else the fall-back.
 *
 * @param now epoch ms, for "tried today already"
 */
export async function ensureElectron(root: string, cache: string, now: number, progress: Progress): Promise<Electron> {
  const note = join(cache, 'electron', 'shipped-unreachable')
  const there = shippedBinary(root)
  if (there !== undefined) return { kind: 'shipped', binary: there, folder: dirname(there) }
  const wanted = process.env['CHARTKEEP_ELECTRON_LINE']
  if (wanted !== 'fallback' && (await downloadShipped(root, note, now).catch(() => false))) {
    const binary = shippedBinary(root)
    if (binary !== undefined) return { kind: 'shipped', binary, folder: dirname(binary) }
  }
  if (!hasFallback(process.platform, process.arch)) {
    throw new SetupFailure(
      "Electron's download is not reachable, and there is no substitute for this system.",
      'Set ELECTRON_MIRROR to a mirror your network allows, or HTTPS_PROXY to your proxy, then run the same command again.',
    )
  }
  const folder = await ensureFallback(cache, progress)
  return { kind: 'fallback', binary: join(folder, 'electron'), folder }
}

/** What to say about the Electron in use; nothing where it is the one that we ship on. */
export function noteOn(electron: Electron): string | undefined {
  if (electron.kind === 'shipped') return undefined
  return `Note: Electron's own download is not reachable here, so this is Electron ${fallbackRelease.electron} out of ${fallbackRelease.package}, for development and tests alone. Chartkeep is never shipped on it.`
}
