/** Where a system bus is, unless the environment says otherwise (D-Bus specification, "Well-known message bus instances"). */
const systemBus = 'unix:path=/var/run/dbus/system_bus_socket'

/** Which of the two buses of a Linux desktop: the machine's, or that of the person who is logged in. */
export const buses = ['system', 'session'] as const
export type BusKind = (typeof buses)[number]

/** The sockets on which that bus may be found, in the order in which they are to be tried; none where the environment names none. */
export function socketsOf(kind: BusKind, env: NodeJS.ProcessEnv): readonly string[] {
  if (kind === 'system') return socketsIn(env['DBUS_SYSTEM_BUS_ADDRESS'] ?? systemBus)
  const runtime = env['XDG_RUNTIME_DIR']
  return socketsIn(env['DBUS_SESSION_BUS_ADDRESS'] ?? (runtime === undefined ? '' : `unix:path=${runtime}/bus`))
}

/**
 * The sockets of this machine that a D-Bus address names ("Server addresses"). Nothing else is followed: an address could name a program to
 * run, or another machine.
 */
export function socketsIn(address: string): readonly string[] {
  return address.split(';').flatMap((each) => {
    const colon = each.indexOf(':')
    if (colon < 0 || each.slice(0, colon) !== 'unix') return []
    const keys = new Map(each.slice(colon + 1).split(',').map((pair) => {
      const equals = pair.indexOf('=')
      return [pair.slice(0, equals), unescaped(pair.slice(equals + 1))] as const
    }))
    const [path, abstract] = [keys.get('path'), keys.get('abstract')]
    if (path?.startsWith('/') === true) return [path]
    return abstract === undefined || abstract === '' ? [] : [`\0${abstract}`]
  })
}

function unescaped(value: string): string | undefined {
  try {
    return decodeURIComponent(value)
  } catch {
    return undefined
  }
}
