import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { capture } from '../run/child.ts'
import type { Family } from '../run/family.ts'
import { firstLine } from './first-line.ts'

/**
 * A session bus of our own. It starts no services by itself (a bus that did would leave accessibility and settings daemons behind), so
 * what owns a name on it is what we, or a test, put there.
 */
const configuration = (socket: string, more = ''): string => `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=${socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>${more}
  </policy>
</busconfig>
`

/** From now on, or no longer, the bus lets nobody speak to whoever answers for secrets: as a sandbox or a security module does that was told so. */
export async function denySecrets(folder: string, env: NodeJS.ProcessEnv, isDenied: boolean): Promise<void> {
  await writeFile(join(folder, 'bus.conf'), configuration(join(folder, 'bus'), isDenied ? '\n    <deny send_destination="org.freedesktop.secrets"/>' : ''))
  const { code, stderr } = await capture('dbus-send', ['--session', '--print-reply', '--dest=org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus.ReloadConfig'], { env })
  if (code !== 0) throw new Error(`the bus does not read its rules again: ${stderr}`)
}

/** Starts the bus in `folder` and returns its address once it listens. */
export async function startBus(family: Family, folder: string, env: NodeJS.ProcessEnv): Promise<string> {
  const file = join(folder, 'bus.conf')
  await writeFile(file, configuration(join(folder, 'bus')))
  const args = [`--config-file=${file}`, '--nofork', '--nopidfile', '--print-address=1']
  const daemon = family.start('dbus-daemon', args, { env, stdio: ['ignore', 'pipe', 'pipe'], onOurDeath: 'KILL' })
  return firstLine('dbus-daemon', daemon, daemon.stdout)
}
