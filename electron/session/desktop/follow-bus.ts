import type { Log } from '../../diagnostics/log.ts'
import type { BusKind } from './address.ts'
import { type Bus, type Signal, theBus } from './bus.ts'

/** Somebody on a bus who is listened to, under the name that they own there. */
export interface Speaker {
  readonly name: string
  /** Which of their signals the bus is to hand over: a match rule, without type and sender. */
  readonly rules: readonly string[]
  /** They are there, as from now: to ask how things stand. What this rejects is as if they had not answered. */
  met(call: Bus['call']): Promise<void>
  /** A signal that the owner of the name has sent. */
  said(signal: Signal): void
}

export interface FollowParts {
  readonly kind: BusKind
  readonly sockets: readonly string[]
  readonly speakers: readonly Speaker[]
  readonly log: Log
  open(socket: string, heard: (signal: Signal) => void, end: AbortSignal): Promise<Bus>
  /** Resolves after so many milliseconds, or when the signal says so. Never rejects. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>
}

/** A bus that says nothing is asked now and then whether it is there. Milliseconds. */
const lookEvery = 30_000

/** Between two attempts to reach a bus, after so many that failed. Milliseconds. */
const pauseAfter = (failures: number): number => Math.min(60_000, 1_000 * 2 ** Math.min(failures - 1, 10))

/** Listens to the speakers on a bus, and comes back to it whenever it is lost, until it is closed. Never rejects. */
export function followBus(parts: FollowParts): { close(): Promise<void> } {
  const { kind, log, wait } = parts
  const end = new AbortController()
  const done = parts.sockets.length === 0 ? Promise.resolve() : run()

  async function run(): Promise<void> {
    let failures = 0
    let isFollowed: boolean | undefined
    const followed = () => {
      isFollowed = true
      log.event('desktop.followed', { bus: kind })
    }
    while (!end.signal.aborted) {
      failures += 1
      // Lost, refused, silent or mad: it is come back to.
      await once(followed, () => void (failures = 0)).catch(() => undefined)
      if (end.signal.aborted) return
      if (isFollowed !== false) log.event('desktop.lost', { bus: kind })
      isFollowed = false
      await wait(pauseAfter(Math.max(1, failures)), end.signal)
    }
  }

  /** Follows the bus until it is lost. */
  async function once(followed: () => void, isAlive: () => void): Promise<void> {
    let hear: (signal: Signal) => void = () => undefined
    const bus = await openFirst((signal) => hear(signal))
    try {
      await listen(bus, (to) => void (hear = to))
      followed()
      await untilLost(bus, isAlive)
    } finally {
      bus.close()
    }
  }

  async function openFirst(heard: (signal: Signal) => void): Promise<Bus> {
    let last: unknown
    for (const socket of parts.sockets) {
      try {
        return await parts.open(socket, heard, end.signal)
      } catch (error) {
        last = error
      }
    }
    throw last
  }

  async function listen(bus: Bus, hears: (to: (signal: Signal) => void) => void): Promise<void> {
    const owners = new Map<string, string>()

    function owned(speaker: Speaker, owner: string): void {
      if (owner === '') {
        owners.delete(speaker.name)
        return
      }
      owners.set(speaker.name, owner)
      void speaker.met(bus.call).catch(() => undefined)
    }

    /** Whom the bus has named since they were asked for: its later word is the one that counts. */
    const named = new Set<string>()
    hears((signal) => {
      if (signal.sender === theBus.to && signal.member === 'NameOwnerChanged') {
        const [name, , owner] = signal.args
        const speaker = parts.speakers.find((each) => each.name === name)
        if (speaker === undefined || typeof owner !== 'string') return
        named.add(speaker.name)
        owned(speaker, owner)
        return
      }
      // Anybody may send anything to us alone, rules or none: who does not own the name is not listened to.
      for (const speaker of parts.speakers) if (owners.get(speaker.name) === signal.sender) speaker.said(signal)
    })

    for (const speaker of parts.speakers) {
      const match = (rule: string) => bus.call({ ...theBus, member: 'AddMatch', with: [`type='signal',${rule}`] })
      await match(`sender='${theBus.to}',interface='${theBus.interface}',member='NameOwnerChanged',arg0='${speaker.name}'`)
      for (const rule of speaker.rules) await match(`sender='${speaker.name}',${rule}`)
      // Rejects where nobody owns it: whoever comes later is told by the bus.
      const owner = await bus.call({ ...theBus, member: 'GetNameOwner', with: [speaker.name] }).catch(() => undefined)
      if (typeof owner === 'string' && !named.has(speaker.name)) owned(speaker, owner)
    }
  }

  async function untilLost(bus: Bus, isAlive: () => void): Promise<void> {
    const lost = new AbortController()
    void bus.gone.then(() => lost.abort())
    const either = AbortSignal.any([end.signal, lost.signal])
    while (!either.aborted) {
      await wait(lookEvery, either)
      if (either.aborted) return
      // One that does not answer any more rejects, and is left.
      await bus.call({ ...theBus, member: 'GetId' })
      isAlive()
    }
  }

  return {
    async close() {
      end.abort()
      await done
    },
  }
}
