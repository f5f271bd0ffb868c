import { posix, win32 } from 'node:path'

export interface PolicyPlace {
  readonly path: string
  readonly source: 'machine' | 'development'
}

export interface Surroundings {
  readonly platform: NodeJS.Platform
  readonly env: Readonly<Record<string, string | undefined>>
  /** True in builds that are not packaged: only those let a user name the policy. */
  readonly development: boolean
}

/**
 * Where the policy lies: a place that only an administrator may write to. In a packaged build `CHARTKEEP_POLICY` is
 * not looked at: a user, or what runs as one, must not be able to point the client to another server.
 */
export function policyPlace({ platform, env, development }: Surroundings): PolicyPlace {
  const named = env['CHARTKEEP_POLICY']
  if (development && named) return { path: named, source: 'development' }
  return { path: machinePath(platform, env), source: 'machine' }
}

function machinePath(platform: NodeJS.Platform, env: Surroundings['env']): string {
  if (platform === 'win32') return win32.join(windowsProgramData(env), 'Chartkeep', 'policy.json')
  if (platform === 'darwin') return '/Library/Application Support/Chartkeep/policy.json'
  return posix.join('/etc', 'chartkeep', 'policy.json')
}

/** `%ProgramData%` may be set by the user for their own processes; only a folder at the root of a drive is believed. */
function windowsProgramData(env: Surroundings['env']): string {
  const drive = /^([A-Za-z]:)[\\/]?$/.exec(env['SystemDrive'] ?? '')?.[1] ?? 'C:'
  return `${drive}\\ProgramData`
}
