import type { Bus, Signal } from './bus.ts'
import type { Speaker } from './follow-bus.ts'

const name = 'org.freedesktop.login1'
const manager = { to: name, path: '/org/freedesktop/login1', interface: `${name}.Manager` } as const
const session = `${name}.Session`

export interface LogindParts {
  /** Of the login in which the application was started, as its environment says. */
  readonly sessionId: string | undefined
  readonly pid: number
  /** The login was locked, or is. */
  locked(): void
  sleeps(): void
  wakes(): void
  /** It is there. */
  met(): void
}

/**
 * What systemd-logind, or elogind, tells (org.freedesktop.login1(5)): that this login is to be locked, and that the machine goes to sleep or has
 * woken. Nothing that it says opens anything, and whatever cannot be understood is taken for the worse.
 */
export function createLogind(parts: LogindParts): Speaker {
  /** Undefined: it cannot be told which login is ours, and the lock of any locks us. */
  let ours: string | undefined

  const isOurs = ({ path }: Signal) => ours === undefined || path === ours

  async function ask(call: Bus['call']): Promise<void> {
    ours = await ownPath(call, parts)
    if (ours === undefined) return
    const hint = await call({ to: name, path: ours, interface: 'org.freedesktop.DBus.Properties', member: 'Get', with: [session, 'LockedHint'] })
    if (hint === true) parts.locked()
  }

  return {
    name,
    rules: [
      `interface='${manager.interface}',member='PrepareForSleep'`,
      `interface='${session}',member='Lock'`,
      `interface='org.freedesktop.DBus.Properties',member='PropertiesChanged',arg0='${session}'`,
    ],
    met(call) {
      parts.met()
      return ask(call)
    },
    said(signal) {
      const { interface: from, member, args } = signal
      if (from === manager.interface && member === 'PrepareForSleep') {
        if (args[0] === false) parts.wakes()
        else parts.sleeps()
      } else if (!isOurs(signal)) return
      else if (from === session && member === 'Lock') parts.locked()
      else if (member === 'PropertiesChanged' && args[0] === session && saysLocked(args[1])) parts.locked()
    },
  }
}

const saysLocked = (changed: unknown) => typeof changed === 'object' && changed !== null && 'LockedHint' in changed && changed.LockedHint !== false

/** By the environment's word first: a process of the user's own manager is in no session. `auto`: whichever shows this user's desktop. */
async function ownPath(call: Bus['call'], { sessionId, pid }: LogindParts): Promise<string | undefined> {
  const asked = [...(sessionId === undefined ? [] : [sessionId]), 'auto'].map((id) => ({ ...manager, member: 'GetSession', with: [id] }))
  for (const each of [...asked, { ...manager, member: 'GetSessionByPID', with: [pid] }]) {
    const path = await call(each).catch(() => undefined)
    if (typeof path === 'string' && path.startsWith('/')) return path
  }
  return undefined
}
