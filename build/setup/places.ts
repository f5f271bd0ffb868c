import { createHash } from 'node:crypto'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

/** The checkout (or its staged copy) that this file runs in. */
export const projectRoot = dirname(dirname(import.meta.dirname))

/** Downloads that outlive `node_modules`, shared by all checkouts: `CHARTKEEP_CACHE`, else the platform's cache folder. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env['CHARTKEEP_CACHE']) return env['CHARTKEEP_CACHE']
  if (process.platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'chartkeep', 'cache')
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'chartkeep')
  return join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'chartkeep')
}

/** A short name for a path, so that two checkouts on one machine never share a folder. */
export const keyOf = (path: string): string => createHash('sha256').update(path).digest('hex').slice(0, 12)

export const isRoot = (): boolean => process.getuid?.() === 0
