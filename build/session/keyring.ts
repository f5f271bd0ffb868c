import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, rm } from 'node:fs/promises'
import { connect } from 'node:net'
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

/** A keyring, and what can happen to one. */
export interface Keyring {
  /** Shuts it. Who asks it for a secret then is asked for its password, by a program that is not there. */
  lock(): Promise<void>
  /** Opens it again, as its password does. */
  unlock(): Promise<void>
  /** Kills its daemon: nobody on the bus answers for secrets any more. What it holds stays on the disk. */
  kill(): Promise<void>
  /** Starts its daemon again, open. */
  start(): Promise<void>
  /** It answers nobody from now on, and refuses nobody. */
  hang(): void
  /** It goes on with what it was asked meanwhile. */
  goOn(): void
}

/**
 * Starts gnome-keyring on the session's bus and unlocks it with a password nobody keeps: its secrets end with the session. Resolves once
 * the Secret Service answers with an open keyring.
 */
export async function startKeyring(family: Family, folder: string, env: NodeJS.ProcessEnv): Promise<Keyring> {
  const home = join(folder, 'keyring')
  await mkdir(home, { mode: 0o700 })
  const password = randomBytes(24).toString('base64url')
  let daemon = await startDaemon(family, folder, env, password)
  return {
    lock: () => lockKeyring(env),
    unlock: () => unlockKeyring(controlFolder(folder), password),
    kill: async () => {
      const gone = once(daemon, 'exit')
      daemon.kill('SIGKILL')
      await gone
    },
    start: async () => {
      // A daemon that was killed leaves its socket, and the next one takes another place than where it is looked for.
      await rm(controlFolder(folder), { recursive: true, force: true })
      daemon = await startDaemon(family, folder, env, password)
    },
    hang: () => void daemon.kill('SIGSTOP'),
    goOn: () => void daemon.kill('SIGCONT'),
  }
}

const controlFolder = (folder: string): string => join(folder, 'keyring-control')

async function startDaemon(family: Family, folder: string, env: NodeJS.ProcessEnv, password: string): Promise<ChildProcess> {
  const home = join(folder, 'keyring')
  const args = ['--foreground', '--unlock', '--components=secrets', `--control-directory=${controlFolder(folder)}`]
  const daemon = family.start('gnome-keyring-daemon', args, {
    env: { ...env, HOME: home, XDG_DATA_HOME: join(home, 'data'), XDG_CACHE_HOME: join(home, 'cache'), XDG_CONFIG_HOME: join(home, 'config') },
    stdio: ['pipe', 'ignore', 'ignore'],
    onOurDeath: 'KILL',
  })
  daemon.stdin?.on('error', () => {})
  daemon.stdin?.end(password)
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
  return daemon
}

async function lockKeyring(env: NodeJS.ProcessEnv): Promise<void> {
  const service = ['--session', '--print-reply', '--dest=org.freedesktop.secrets', '/org/freedesktop/secrets']
  const alias = await capture('dbus-send', [...service, 'org.freedesktop.Secret.Service.ReadAlias', 'string:default'], { env })
  const [, collection] = /object path "([^"]+)"/.exec(alias.stdout) ?? []
  const locked = await capture('dbus-send', [...service, 'org.freedesktop.Secret.Service.Lock', `array:objpath:${collection ?? ''}`], { env })
  if (collection === undefined || !locked.stdout.includes(collection)) throw new Error(`the keyring does not lock: ${alias.stderr}${locked.stderr}`)
}

/** What gnome-keyring's PAM module says to its daemon (gkd-control-client.c): a credentials byte, then length, operation 1 and the password. */
async function unlockKeyring(control: string, password: string): Promise<void> {
  const words = Buffer.from(password, 'utf8')
  const message = Buffer.alloc(12 + words.length)
  message.writeUInt32BE(message.length, 0)
  message.writeUInt32BE(1, 4)
  message.writeUInt32BE(words.length, 8)
  message.set(words, 12)
  const socket = connect(join(control, 'control'))
  socket.write(Buffer.concat([Buffer.of(0), message]))
  // A socket gives Buffers where no encoding was set.
  const [answer] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()
  if (answer.length < 8 || answer.readUInt32BE(4) !== 0) throw new Error('the keyring does not unlock')
}
