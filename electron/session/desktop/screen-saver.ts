import type { Speaker } from './follow-bus.ts'

/** Who locks the screen of a desktop, where they are asked and what they speak: KDE and whoever follows freedesktop.org, GNOME. */
const savers = [
  { name: 'org.freedesktop.ScreenSaver', path: '/org/freedesktop/ScreenSaver' },
  { name: 'org.gnome.ScreenSaver', path: '/org/gnome/ScreenSaver' },
] as const

/** Their interface is called as they are. `locked`: the screen saver, or the lock of the desktop, came up, or is. Its going says nothing to us. */
export function createScreenSavers(locked: () => void): readonly Speaker[] {
  return savers.map(({ name, path }) => ({
    name,
    rules: [`interface='${name}',member='ActiveChanged'`],
    async met(call) {
      const isActive = await call({ to: name, path, interface: name, member: 'GetActive' })
      if (isActive !== false) locked()
    },
    said({ interface: from, member, args }) {
      // From whichever path: KDE tells it from two.
      if (from === name && member === 'ActiveChanged' && args[0] !== false) locked()
    },
  }))
}
