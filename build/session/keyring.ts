import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { capture } from '../run/child.ts'
import type { Family } from '../run/family.ts'
import { SetupFailure } from '../setup/step.ts'

/** The property of the Secret Service that says whether the keyring new secrets go to is open. */
const askIsLocked = [
  '--session',
  '--print-reply',
  '--dest=org.freedesktop.secrets',
  '/org/freedesktop/secrets/aliases/default',
  'org.freedesktop.DBus.Properties.Get',
  'string:org.freedesktop.Secret.Collection',
  'string:Locked',
]

async function isOpen(env: NodeJS.ProcessEnv): Promise<boolean> {
  const { code, stdout } = await capture('dbus-send', askIsLocked, { env })
  return code === 0 && stdout.includes('boolean false')
}

/**
 * Starts gnome-keyring on the session's bus and unlocks it with a password nobody keeps: its secrets end with the session. Resolves once
 * the Secret Service answers with an open keyring.
 */
export async function startKeyring(family: Family, folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  const home = join(folder, 'keyring')
  await mkdir(home, { mode: 0o700 })
  const args = ['--foreground', '--unlock', '--components=secrets', `--control-directory=${join(folder, 'keyring-control')}`]
  const daemon = family.start('gnome-keyring-daemon', args, {
    env: { ...env, HOME: home, XDG_DATA_HOME: join(home, 'data'), XDG_CACHE_HOME: join(home, 'cache'), XDG_CONFIG_HOME: join(home, 'config') },
    stdio: ['pipe', 'ignore', 'ignore'],
    onOurDeath: 'KILL',
  })
  daemon.stdin?.on('error', () => {})
  daemon.stdin?.end(randomBytes(24).toString('base64url'))
  const until = performance.now() + 15_000
  while (!(await isOpen(env))) {
    if (daemon.exitCode !== null || performance.now() > until) {
      throw new SetupFailure(
        'The keyring (gnome-keyring-daemon) did not come up.',
        'See whether `gnome-keyring-daemon --foreground` starts by hand, then run the same command again.',
      )
    }
    await delay(50)
  }
}
