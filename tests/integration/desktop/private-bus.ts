import { once } from 'node:events'
import { connect } from 'node:net'
import { createClient, type MessageBus } from 'dbus-native'
import { startBus } from '../../../build/session/bus.ts'
import { createFamily } from '../../../build/run/family.ts'
import { socketsIn } from '../../../electron/session/desktop/address.ts'
import { passingDescriptors } from './descriptors.ts'

/** A message bus of its own, that nobody else is on. */
export interface PrivateBus {
  readonly address: string
  /** Somebody on it, with a connection of their own. */
  join(): Promise<MessageBus>
  /** Kills it where it stands. */
  kill(): Promise<void>
  /** Starts it anew, at the same place. */
  start(): Promise<void>
  close(): Promise<void>
}

export async function privateBus(): Promise<PrivateBus> {
  const family = createFamily()
  const folder = await family.folder('chartkeep-bus-')
  const joined: MessageBus[] = []
  let address = ''
  let daemon = { kill: async () => {} }
  async function start(): Promise<void> {
    const own = createFamily()
    address = await startBus(own, folder, process.env)
    daemon = { kill: () => own.end(0) }
  }
  await start()
  const [socket = ''] = socketsIn(address)
  return {
    get address() {
      return address
    },
    async join() {
      const stream = connect(socket)
      await once(stream, 'connect')
      const bus = createClient({ stream: passingDescriptors(stream), authMethods: ['EXTERNAL'] })
      for (const trouble of ['error', 'handlerError']) bus.connection.on(trouble, () => stream.destroy())
      await bus.getId()
      joined.push(bus)
      return bus
    },
    kill: () => daemon.kill(),
    start,
    async close() {
      for (const each of joined) each.connection.stream.destroy()
      await daemon.kill()
      await family.end(0)
    },
  }
}
