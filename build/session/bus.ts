import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Family } from '../run/family.ts'
import { firstLine } from './first-line.ts'

/**
 * A session bus of our own. It starts no services by itself (a bus that did would leave accessibility and settings daemons behind), so
 * what owns a name on it is what we, or a test, put there.
 */
const configuration = (socket: string): string => `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=${socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`

/** Starts the bus in `folder` and returns its address once it listens. */
export async function startBus(family: Family, folder: string, env: NodeJS.ProcessEnv): Promise<string> {
  const file = join(folder, 'bus.conf')
  await writeFile(file, configuration(join(folder, 'bus')))
  const args = [`--config-file=${file}`, '--nofork', '--nopidfile', '--print-address=1']
  const daemon = family.start('dbus-daemon', args, { env, stdio: ['ignore', 'pipe', 'pipe'], onOurDeath: 'KILL' })
  return firstLine('dbus-daemon', daemon, daemon.stdout)
}
