import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { capture } from '../run/child.ts'
import { SetupFailure } from './step.ts'
import type { Progress } from './step.ts'

/**
 * What a Debian or Ubuntu without a desktop lacks to show Electron and keep a secret: a display, GTK and the libraries Chromium loads,
 * the Secret Service with its bus, what keeps a machine from sleeping, the mouse, the keys and the HSM of the tests, and a legible font. Alternatives in the order of preference
 * (newer releases renamed some with `t64`).
 */
export const headlessPackages: readonly (readonly string[])[] = [
  ['xvfb'],
  ['xauth'],
  ['libgtk-3-0', 'libgtk-3-0t64'],
  ['libnss3'],
  ['libasound2', 'libasound2t64'],
  ['libgbm1'],
  ['libsecret-1-0'],
  ['gnome-keyring'],
  ['dbus'],
  ['systemd'],
  ['xdotool'],
  ['softhsm2'],
  ['fonts-inter'],
  ['procps'],
  ['passwd'],
  ['util-linux'],
]

/** Names with the status that dpkg gives them, from `dpkg-query -W -f='${Package} ${Status}\n'`. */
export function installedNames(listing: string): ReadonlySet<string> {
  const names = listing.split('\n').flatMap((line) => {
    const [name, ...status] = line.trim().split(' ')
    return name !== undefined && status.join(' ') === 'install ok installed' ? [name] : []
  })
  return new Set(names)
}

/** The groups of `wanted` of which no alternative is installed. */
export function missingGroups(
  wanted: readonly (readonly string[])[],
  installed: ReadonlySet<string>,
): readonly (readonly string[])[] {
  return wanted.filter((group) => !group.some((name) => installed.has(name)))
}

/** What must be in the path on a Linux that is not of Debian's family, where names of packages are not ours to know. */
const headlessPrograms = ['Xvfb', 'dbus-daemon', 'gnome-keyring-daemon', 'xdotool', 'softhsm2-util'] as const

export interface System {
  readonly platform: NodeJS.Platform
  readonly isRoot: boolean
  readonly hasDisplay: boolean
  /** The text of /etc/os-release, or an empty text where there is none. */
  readonly osRelease: string
}

export function thisSystem(env: NodeJS.ProcessEnv = process.env): System {
  let osRelease = ''
  try {
    osRelease = readFileSync('/etc/os-release', 'utf8')
  } catch {
    // Not Linux, or a very bare one.
  }
  return {
    platform: process.platform,
    isRoot: process.getuid?.() === 0,
    hasDisplay: Boolean(env['DISPLAY'] ?? env['WAYLAND_DISPLAY']),
    osRelease,
  }
}

/** Who installs packages here: we (root on Debian's family), the person (not root, no display), or nobody needs to. */
export function whoInstalls(system: System): 'us' | 'person' | 'nobody' {
  if (system.platform !== 'linux') return 'nobody'
  if (isDebian(system) && system.isRoot) return 'us'
  return system.hasDisplay ? 'nobody' : 'person'
}

const isDebian = (system: System): boolean => /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(system.osRelease)

const isInPath = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(join(folder, program)))

const aptOptions = ['-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3']
const aptEnv = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' }

async function installed(): Promise<ReadonlySet<string>> {
  const names = headlessPackages.flat()
  // Exits with 1 when it does not know a name; what it does know is in the listing all the same.
  const { stdout } = await capture('dpkg-query', ['-W', '-f=${Package} ${Status}\n', ...names])
  return installedNames(stdout)
}

/** Of each group the first name that apt can install here. */
async function candidates(groups: readonly (readonly string[])[]): Promise<string[]> {
  return Promise.all(
    groups.map(async (group) => {
      for (const name of group) {
        const { stdout } = await capture('apt-cache', ['policy', name], { env: aptEnv })
        if (/Candidate: (?!\(none\))/.test(stdout)) return name
      }
      return group[0] ?? ''
    }),
  )
}

const lastLines = (text: string, count: number): string => text.trim().split('\n').slice(-count).join('\n')

async function apt(args: readonly string[], progress: Progress): Promise<void> {
  const { code, stdout, stderr } = await capture('apt-get', [...aptOptions, ...args], {
    env: aptEnv,
    onText: (text) => {
      const doing = /^(?:Get:\d+ \S+ \S+ \S+ \S+ (\S+)|(Unpacking|Setting up) (\S+))/m.exec(text)
      if (doing) progress.update(doing[1] ? `fetching ${doing[1]}` : `${doing[2] ?? ''} ${doing[3] ?? ''}`)
    },
  })
  if (code !== 0) {
    throw new SetupFailure(
      `apt-get ${args[0] ?? ''} failed:\n${lastLines(stderr === '' ? stdout : stderr, 8)}`,
      'Check that the mirrors in /etc/apt are reachable, then run the same command again.',
    )
  }
}

/** Brings in what the system lacks to run the app without a desktop. Silent and quick (one dpkg-query) when nothing is missing. */
export async function ensureSystemPackages(system: System, progress: Progress): Promise<void> {
  const who = whoInstalls(system)
  if (who === 'nobody') return
  if (!isDebian(system)) {
    const absent = headlessPrograms.filter((program) => !isInPath(program))
    if (absent.length === 0) return
    throw new SetupFailure(
      `There is no display here, and what stands in for one is not in the path: ${absent.join(', ')}.`,
      "Install them with your system's package manager (with GTK 3, NSS, ALSA, GBM and libsecret), then run the same command again.",
    )
  }
  const missing = missingGroups(headlessPackages, await installed())
  if (missing.length === 0) return
  if (who === 'person') {
    const names = missing.map((group) => group[0]).join(' ')
    throw new SetupFailure(
      'There is no display here, and some of what stands in for one is not installed.',
      `Run this once, then the same command again (names as on Debian 12):\n\n  sudo apt-get install -y --no-install-recommends ${names}`,
    )
  }
  progress.update(`fetching the list of packages`)
  await apt(['update', '-q'], progress)
  const names = await candidates(missing)
  progress.update(`installing ${names.join(' ')}`)
  await apt(['install', '-y', '-q', '--no-install-recommends', ...names], progress)
  const still = missingGroups(headlessPackages, await installed())
  if (still.length > 0) {
    throw new SetupFailure(
      `apt-get left these out: ${still.map((group) => group.join(' or ')).join(', ')}`,
      'Install them by hand, then run the same command again.',
    )
  }
}
