import { EventEmitter, once } from 'node:events'
import type { MessageBus } from 'dbus-native'

/** Stands in for what locks the screen of a desktop, under one of its names. */
export interface ScreenSaver {
  becomes(isActive: boolean): void
  /** Goes and comes, and resolves when somebody has asked it how it is: they have heard all that was said to them before. */
  comesAnew(): Promise<void>
}

export async function ownScreenSaver(bus: MessageBus, name: 'org.freedesktop.ScreenSaver' | 'org.gnome.ScreenSaver', { isActive = false } = {}): Promise<ScreenSaver> {
  const path = `/${name.replaceAll('.', '/')}`
  const asked = new EventEmitter()
  const answer = () => {
    asked.emit('asked')
    return isActive
  }
  bus.setMethodCallHandler(path, name, 'GetActive', [answer, 'b'])
  const come = async () => {
    if ((await bus.requestName(name, 0)) !== 1) throw new Error('somebody else is the screen saver here')
  }
  await come()
  return {
    becomes: (active) => bus.sendSignal(path, name, 'ActiveChanged', 'b', [active]),
    async comesAnew() {
      await bus.releaseName(name)
      await Promise.all([once(asked, 'asked'), come()])
    },
  }
}
