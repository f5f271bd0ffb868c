import { pauseAfter } from '../../../electron/orders/pause.ts'
import type { Events } from './events.ts'
import { type Server, wireMs } from './server.ts'

/** What the server does for whom, in milliseconds of one core. */
export interface Costs {
  /** A TCP connection and its TLS handshake. */
  readonly connection: number
  readonly poll: number
  readonly report: number
  /** A whole sign-in: pages, password, code, tokens, with its connections. */
  readonly signIn: number
  /** For each workstation, when the second person agrees: on one core, before anything is sent. */
  readonly agreement: number
  /** A token, with the poll that acknowledges it and the report that follows: the server takes them while others still wait for theirs. */
  readonly set: number
}

interface World {
  readonly events: Events
  readonly server: Server
  readonly costs: Costs
  /** From 0 to 1. */
  random(): number
  /** The screen of a workstation has gone dark. */
  dark(): void
  /** A poll was taken, the first one since the server was away. */
  back(): void
  signedIn(milliseconds: number): void
}

/** As the application and the sandbox have it (electron/orders/service.ts, electron/transport, sandbox/lockout). Milliseconds. */
const times = { poll: 25_000, report: 60_000, settle: 150, answerWithin: 45_000, connectWithin: 5_000, reportWithin: 20_000 }

/** A workstation as the server sees it: one poll at any time, a report each minute, and the application's own pause after a failure. */
export class Workstation {
  private readonly world: World
  private isConnected = true
  private failures = 0
  private order: 'none' | 'waits' | 'taken' = 'none'
  /** Answers the poll that the server holds with what waits. */
  private tell: (() => void) | undefined

  constructor(world: World) {
    this.world = world
    const { events, random } = world
    events.after(random() * times.poll, () => this.poll())
    events.after(random() * times.report, () => this.report(true))
  }

  private poll(cost = this.world.costs.poll): void {
    const { server, costs } = this.world
    const givenUp = () => this.failed()
    if (this.isConnected) return server.ask(cost, times.answerWithin, { done: () => this.taken(), givenUp })
    server.ask(costs.connection, times.connectWithin, {
      done: () => {
        this.isConnected = true
        this.poll()
      },
      givenUp,
    })
  }

  /** The server has read the poll; it answers when there is something, or when the time is over. */
  private taken(): void {
    const { server, events, costs } = this.world
    if (this.failures > 0) this.world.back()
    this.failures = 0
    const end = server.hold(() => this.failed())
    const tell = () => {
      this.tell = undefined
      // If the server goes away meanwhile it waits, and comes with a later poll.
      server.work(costs.set, () => {
        if (!end()) return
        this.order = 'taken'
        events.after(wireMs, () => this.carryOut())
      })
    }
    this.tell = tell
    if (this.order === 'waits') return tell()
    events.after(times.poll, () => {
      if (this.tell !== tell || !end()) return
      this.tell = undefined
      this.poll()
    })
  }

  private carryOut(): void {
    this.world.dark()
    // The acknowledgement and the report are in what the order costs.
    this.poll(0)
    this.world.events.after(times.settle, () => this.report(false))
  }

  private failed(): void {
    const { events, random } = this.world
    this.isConnected = false
    this.tell = undefined
    this.failures += 1
    events.after(pauseAfter('offline', this.failures, random()), () => this.poll())
  }

  /** An order that comes once. */
  lock(): void {
    this.order = 'waits'
    this.tell?.()
  }

  /** Between two reports the connection for them is closed: each makes one. */
  private report(isOfTheMinute: boolean): void {
    const { server, events, costs } = this.world
    const again = () => {
      if (isOfTheMinute) events.after(times.report + times.settle, () => this.report(true))
    }
    server.ask(isOfTheMinute ? costs.connection + costs.report : 0, times.reportWithin, { done: again, givenUp: again })
  }

  signIn(): void {
    const { server, events, costs, signedIn } = this.world
    const began = events.now
    server.ask(costs.signIn, Infinity, { done: () => signedIn(events.now - began), givenUp: () => undefined })
  }
}
