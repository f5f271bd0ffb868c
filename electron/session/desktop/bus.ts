import { connect } from 'node:net'
import { createClient, type Message, messageType, toPlain } from 'dbus-native'

/** What somebody on a bus told everybody, or us. `sender`: the bus itself puts it there, so nobody speaks in another's name. */
export interface Signal {
  readonly sender: string
  readonly path: string
  readonly interface: string
  readonly member: string
  readonly args: readonly unknown[]
}

export interface Call {
  readonly to: string
  readonly path: string
  readonly interface: string
  readonly member: string
  /** Texts and numbers (`s` and `u`): nothing else is asked with. */
  readonly with?: readonly (string | number)[]
}

/** A connection to one bus. */
export interface Bus {
  /**
   * Asks, and gives the first value of the answer; undefined where it has none. Rejects after five seconds, when the connection is lost, and where
   * the answer is an error.
   */
  call(call: Call): Promise<unknown>
  /** Resolves when it is lost or closed. */
  readonly gone: Promise<void>
  close(): void
}

/** What the bus itself answers for. */
export const theBus = { to: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus', interface: 'org.freedesktop.DBus' } as const

/** A bus that does not answer by then is as good as none. Milliseconds. */
const longestAnswer = 5_000
/** What is followed here are words and flags. Bytes. */
const longestMessage = 1 << 20

/**
 * Opens a connection until it is closed or `end` is aborted; `heard` is given each signal that comes by it. Rejects where nobody answers there in
 * time, or something answers that is no bus. Whatever comes by it, nothing is thrown outside: what cannot be read ends the connection.
 */
export async function openBus(socket: string, heard: (signal: Signal) => void, end: AbortSignal, patience = longestAnswer): Promise<Bus> {
  const stream = connect(socket)
  const close = () => void stream.destroy()
  end.addEventListener('abort', close, { once: true })
  // `direct`: it would say Hello by itself, and throw to nobody where that fails.
  const bus = createClient({ stream, direct: true, authMethods: ['EXTERNAL'], timeout: patience, maxMessageSize: longestMessage })
  const { connection } = bus
  const gone = new Promise<void>((resolve) => void connection.on('close', () => resolve())).then(() => end.removeEventListener('abort', close))
  for (const trouble of ['error', 'handlerError', 'end']) connection.on(trouble, close)
  connection.on('message', (message: Message) => {
    if (message.type === messageType.signal) heard(signalOf(message))
  })
  const call = async ({ to, with: values = [], ...rest }: Call): Promise<unknown> => {
    const signature = values.map((value) => (typeof value === 'string' ? 's' : 'u')).join('')
    return toPlain(await bus.invoke<unknown>({ ...rest, destination: to, ...(signature === '' ? {} : { signature, body: [...values] }) }))
  }
  try {
    await call({ ...theBus, member: 'Hello' })
  } catch (error) {
    close()
    throw error
  }
  return { call, gone, close }
}

function signalOf({ sender, path, interface: from, member, body }: Message): Signal {
  return { sender: text(sender), path: text(path), interface: text(from), member: text(member), args: Array.isArray(body) ? body.map((each: unknown) => toPlain(each)) : [] }
}

const text = (value: unknown) => (typeof value === 'string' ? value : '')
