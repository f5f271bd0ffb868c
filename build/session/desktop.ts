import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Family } from '../run/family.ts'
import { denySecrets, startBus } from './bus.ts'
import { startDisplay } from './display.ts'
import { type Keyring, startKeyring } from './keyring.ts'

/** A place where a window can be shown and a secret be kept. */
export interface Desktop {
  readonly kind: 'yours' | 'private'
  /** The environment for what runs in it. */
  readonly env: NodeJS.ProcessEnv
  /** Of a private one alone: a person's own keyring is left alone. */
  readonly keyring?: Keyring & { deny(isDenied: boolean): Promise<void> }
  close(): Promise<void>
}

/** Does this command run where a person's desktop is? A CI run never uses one, so that its results do not depend on who is logged in. */
export function hasDesktop(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): boolean {
  if (env['CI']) return platform !== 'linux'
  return platform !== 'linux' || Boolean(env['DISPLAY'] ?? env['WAYLAND_DISPLAY'])
}

/** What a private desktop must not inherit of another one. */
const foreign = ['WAYLAND_DISPLAY', 'DISPLAY', 'XAUTHORITY', 'DBUS_SESSION_BUS_ADDRESS', 'GNOME_KEYRING_CONTROL', 'XDG_SESSION_TYPE']

/**
 * Opens the desktop to run in: the person's own, or a private one (bus, keyring, display) whose processes belong to `family` and whose
 * files are gone after `close`.
 */
export async function openDesktop(family: Family, env: NodeJS.ProcessEnv = process.env): Promise<Desktop> {
  if (hasDesktop(process.platform, env)) return { kind: 'yours', env, close: async () => {} }
  const folder = await family.folder('chartkeep-session-')
  const close = (): Promise<void> => rm(folder, { recursive: true, force: true })
  try {
    const runtime = join(folder, 'run')
    await mkdir(runtime, { mode: 0o700 })
    const bare: NodeJS.ProcessEnv = { ...env, XDG_RUNTIME_DIR: runtime, NO_AT_BRIDGE: '1' }
    for (const name of foreign) delete bare[name]
    const [bus, { display, authority }] = await Promise.all([startBus(family, folder, bare), startDisplay(family, folder, bare)])
    const inside = { ...bare, DBUS_SESSION_BUS_ADDRESS: bus, DISPLAY: display, XAUTHORITY: authority, XDG_SESSION_TYPE: 'x11' }
    const keyring = await startKeyring(family, folder, inside)
    return { kind: 'private', env: inside, keyring: { ...keyring, deny: (isDenied) => denySecrets(folder, inside, isDenied) }, close }
  } catch (error) {
    await close()
    throw error
  }
}
