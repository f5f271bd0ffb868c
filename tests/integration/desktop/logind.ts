import { EventEmitter, once } from 'node:events'
import { type Message, type MessageBus, messageType, Variant } from 'dbus-native'
import { watchedDescriptor } from './descriptors.ts'

const name = 'org.freedesktop.login1'
const manager = '/org/freedesktop/login1'
/** The login of whoever runs the application here. */
const ownLogin = '/org/freedesktop/login1/session/_37'
const properties = 'org.freedesktop.DBus.Properties'

interface Kept {
  readonly who: string
  readonly what: string
  readonly mode: string
  readonly released: Promise<void>
  isHeld: boolean
}

/** Stands in for systemd-logind on a bus (org.freedesktop.login1(5)): answers what it is asked, and passes real descriptors. */
export interface Logind {
  /** What has kept the machine awake so far, ours or not. */
  readonly inhibitors: readonly Kept[]
  /** The one by which Chartkeep keeps it, once it does. */
  keptByUs(): Promise<Kept>
  lock(path?: string): void
  unlock(): void
  hint(isLocked: boolean): void
  prepareForSleep(...args: readonly boolean[]): void
}

/** @param isLocked what the hint of the login says, to whoever asks. */
export async function ownLogind(bus: MessageBus, { isLocked = () => false }: { readonly isLocked?: () => boolean } = {}): Promise<Logind> {
  const inhibitors: Kept[] = []
  const came = new EventEmitter()

  /** Answered here: what a handler gives back to this library has no descriptors. */
  function inhibit(what: unknown, who: unknown, _why: unknown, mode: unknown, { serial, sender }: Message): Promise<never> {
    const { descriptor, given, closed } = watchedDescriptor()
    const kept: Kept = { who: String(who), what: String(what), mode: String(mode), isHeld: true, released: closed.then(() => void (kept.isHeld = false)) }
    bus.connection.message({ type: messageType.methodReturn, serial: bus.serial++, ...(serial === undefined ? {} : { replySerial: serial }), ...(sender === undefined ? {} : { destination: sender }), signature: 'h', body: [0], fds: [descriptor] })
    given()
    inhibitors.push(kept)
    came.emit('one')
    return new Promise(() => undefined)
  }

  bus.setMethodCallHandler(manager, `${name}.Manager`, 'Inhibit', [inhibit, 'h'])
  bus.setMethodCallHandler(manager, `${name}.Manager`, 'GetSession', [() => ownLogin, 'o'])
  bus.exportInterface({ get LockedHint() { return isLocked() } }, ownLogin, { name: `${name}.Session`, methods: {}, signals: {}, properties: { LockedHint: 'b' } })
  if ((await bus.requestName(name, 0)) !== 1) throw new Error('somebody else is logind here')

  const say = (path: string, from: string, member: string, signature?: string, args?: unknown[]) => bus.sendSignal(path, from, member, signature, args)
  return {
    inhibitors,
    async keptByUs() {
      for (;;) {
        const ours = inhibitors.findLast(({ who, isHeld }) => who === 'Chartkeep' && isHeld)
        if (ours !== undefined) return ours
        await once(came, 'one')
      }
    },
    lock: (path = ownLogin) => say(path, `${name}.Session`, 'Lock'),
    unlock: () => say(ownLogin, `${name}.Session`, 'Unlock'),
    hint: (hint) => say(ownLogin, properties, 'PropertiesChanged', 'sa{sv}as', [`${name}.Session`, [['LockedHint', new Variant('b', hint)]], []]),
    prepareForSleep: (...args) => say(manager, `${name}.Manager`, 'PrepareForSleep', args.length === 0 ? undefined : 'b', args.length === 0 ? undefined : [...args]),
  }
}
