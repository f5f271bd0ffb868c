import type { Events } from './events.ts'

interface Job {
  readonly cost: number
  done(): void
}

/** What becomes of a request. */
export interface Ending {
  /** The answer is there. */
  done(): void
  /** It did not come in time, or the server went away. Whatever the server had begun, it does all the same. */
  givenUp(): void
}

/** One way over the hospital's network. Milliseconds. */
export const wireMs = 1

/** A server as a queue: so many cores, each with one thing at a time, in the order in which they were asked for. */
export class Server {
  /** What reached it, by the second. */
  readonly requests: number[] = []
  /** Milliseconds that its cores have worked, together. */
  worked = 0
  private readonly events: Events
  private readonly cores: number
  private isUp = true
  private busy = 0
  private queue: Job[] = []
  private first = 0
  private life = 0
  /** Connections with something under way: each hears at once of an end. */
  private readonly open = new Set<() => void>()

  constructor(events: Events, cores: number) {
    this.events = events
    this.cores = cores
  }

  /** A request that takes so many milliseconds of one core, and is given up after so many. */
  ask(cost: number, withinMs: number, { done, givenUp }: Ending): void {
    this.events.after(wireMs, () => {
      if (!this.isUp) return givenUp()
      const second = Math.floor(this.events.now / 1_000)
      this.requests[second] = (this.requests[second] ?? 0) + 1
      const end = this.hold(givenUp)
      this.work(cost, () => {
        if (end()) this.events.after(wireMs, done)
      })
      this.events.after(withinMs, () => {
        if (end()) givenUp()
      })
    })
  }

  /** Something that is open until it is ended, by whoever calls what this gives (true: it was open until then) or by the server's end. */
  hold(cut: () => void): () => boolean {
    this.open.add(cut)
    return () => this.open.delete(cut)
  }

  /** Work of its own. What a server that goes down had before it is never done. */
  work(cost: number, done: () => void): void {
    this.queue.push({ cost, done })
    this.begin()
  }

  restart(forMs: number): void {
    this.isUp = false
    this.life += 1
    this.busy = 0
    this.queue = []
    this.first = 0
    const cut = [...this.open]
    this.open.clear()
    for (const each of cut) each()
    this.events.after(forMs, () => {
      this.isUp = true
    })
  }

  private begin(): void {
    while (this.busy < this.cores) {
      const job = this.queue[this.first]
      if (job === undefined) break
      this.first += 1
      this.busy += 1
      this.worked += job.cost
      const { life } = this
      this.events.after(job.cost, () => {
        if (life !== this.life) return
        this.busy -= 1
        job.done()
        this.begin()
      })
    }
    if (this.first < 10_000 || this.first * 2 < this.queue.length) return
    this.queue = this.queue.slice(this.first)
    this.first = 0
  }
}
