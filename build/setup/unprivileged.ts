import { chmod, chown, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { capture } from '../run/child.ts'
import { SetupFailure } from './step.ts'

/** The user that everything runs as when root starts it: Chromium's sandbox works for ordinary users alone. */
export interface Unprivileged {
  readonly name: string
  readonly uid: number
  readonly gid: number
  /** Where copies that it may read, and not write, are kept. Root's. */
  readonly base: string
  readonly home: string
}

const name = 'chartkeep-dev'
const base = '/var/lib/chartkeep-dev'

async function numberOf(flag: '-u' | '-g'): Promise<number | undefined> {
  const { code, stdout } = await capture('id', [flag, name])
  return code === 0 ? Number(stdout.trim()) : undefined
}

/** The user, made if it is not there: a system account without a login, whose home is the one place it owns. */
export async function ensureUser(): Promise<Unprivileged> {
  const home = join(base, 'home')
  if ((await numberOf('-u')) === undefined) {
    const args = ['--system', '--user-group', '--no-create-home', '--home-dir', home, '--shell', '/usr/sbin/nologin', name]
    const { code, stderr } = await capture('useradd', args)
    // Nine means that it exists: another run was quicker.
    if (code !== 0 && code !== 9) {
      throw new SetupFailure(
        `As root, Chartkeep runs under a user of its own (Chromium's sandbox refuses root), and that user could not be made:\n${stderr.trim()}`,
        `Make one with \`useradd --system ${name}\`, or run the same command as an ordinary user.`,
      )
    }
  }
  const [uid, gid] = await Promise.all([numberOf('-u'), numberOf('-g')])
  if (uid === undefined || gid === undefined || uid === 0) throw new SetupFailure(`The user ${name} cannot be looked up.`, 'Run the same command as an ordinary user.')
  await mkdir(base, { recursive: true })
  await chmod(base, 0o755)
  await mkdir(home, { recursive: true })
  await chown(home, uid, gid)
  await chmod(home, 0o700)
  return { name, uid, gid, base, home }
}

/** What of root's environment the user gets: what shapes a run, and no secret that may be in the rest. */
const passed = ['LANG', 'LC_ALL', 'TZ', 'TERM', 'COLUMNS', 'NO_COLOR', 'FORCE_COLOR', 'CI', 'NODE_EXTRA_CA_CERTS', 'DEBUG', 'PWDEBUG']

export function environmentFor(user: Unprivileged, path: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([key]) => passed.includes(key) || key.startsWith('CHARTKEEP_'))
  return {
    ...Object.fromEntries(kept),
    HOME: user.home,
    USER: user.name,
    LOGNAME: user.name,
    PATH: path,
    XDG_CACHE_HOME: join(user.home, '.cache'),
    XDG_CONFIG_HOME: join(user.home, '.config'),
    XDG_DATA_HOME: join(user.home, '.local', 'share'),
  }
}

/** Starts a command as the user, which the kernel ends should we die. */
export function asUser(user: Unprivileged, command: string, args: readonly string[]): [string, string[]] {
  const who = ['--reuid', String(user.uid), '--regid', String(user.gid), '--init-groups', '--inh-caps', '-all']
  return ['setpriv', [...who, '--pdeathsig', 'TERM', '--', command, ...args]]
}
