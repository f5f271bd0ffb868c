import { Events } from './events.ts'
import { Server } from './server.ts'
import { type Costs, Workstation } from './workstation.ts'

export interface Hospital {
  readonly workstations: number
  readonly cores: number
  readonly costs: Costs
  /** From 0 to 1, seeded by whoever calls: the same numbers give the same. */
  random(): number
}

/** Milliseconds from the beginning. */
export type Happening =
  | { readonly kind: 'lock-all'; readonly at: number }
  | { readonly kind: 'restart'; readonly at: number; readonly forMs: number }
  /** Everybody signs in once, most of them in the middle. */
  | { readonly kind: 'sign-ins'; readonly from: number; readonly to: number }

/** What was seen, in milliseconds from the beginning. */
export interface Seen {
  /** Requests and connections that reached the server, by the second. */
  readonly requests: readonly number[]
  /** When the screen of each workstation went dark. */
  readonly dark: readonly number[]
  /** When a poll of each that had failed was taken again. */
  readonly back: readonly number[]
  /** How long each sign-in took of the server, waiting included. */
  readonly signIns: readonly number[]
  /** How busy all cores were, from 0 to 1. */
  readonly load: number
}

/** A hospital whose workstations poll, report and sign in, event by event in a time that nobody waits for. */
export function simulate({ workstations, cores, costs, random }: Hospital, happenings: readonly Happening[], untilMs: number): Seen {
  const events = new Events()
  const server = new Server(events, cores)
  const [dark, back, signIns]: [number[], number[], number[]] = [[], [], []]
  const world = { events, server, costs, random, dark: () => void dark.push(events.now), back: () => void back.push(events.now), signedIn: (took: number) => void signIns.push(took) }
  const all = Array.from({ length: workstations }, () => new Workstation(world))

  function begin(happening: Happening): void {
    switch (happening.kind) {
      case 'sign-ins':
        // The mean of two even numbers: a triangle.
        for (const each of all) events.after(happening.from + ((random() + random()) / 2) * (happening.to - happening.from), () => each.signIn())
        break
      case 'restart':
        events.after(happening.at, () => server.restart(happening.forMs))
        break
      case 'lock-all':
        // The order is written down for every workstation before the first of them is told.
        events.after(happening.at, () => server.work(costs.agreement * workstations, () => all.forEach((each) => each.lock())))
    }
  }

  happenings.forEach(begin)
  events.runUntil(untilMs)
  const requests = Array.from({ length: Math.ceil(untilMs / 1_000) }, (_, second) => server.requests[second] ?? 0)
  return { requests, dark, back, signIns, load: server.worked / (cores * untilMs) }
}
