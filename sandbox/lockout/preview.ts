import type { z } from 'zod'
import { reachesWaiting } from './order-rules.ts'
import type { Orders } from './orders.ts'
import type { Preview, PreviewShown, Unsent, WorkstationShown } from './shapes/index.ts'
import type { UserRef, Workstations } from './workstations.ts'

export interface PreviewParts {
  readonly orders: Pick<Orders, 'reached'>
  readonly workstations: Pick<Workstations, 'byId' | 'unsentOf'>
  readonly people: () => readonly UserRef[]
}

const mostNamed = 200

/** A workstation that an order would hit, with what of it is meant. */
interface Hit {
  readonly station: WorkstationShown
  /** Undefined: not known. */
  readonly unsent: Unsent | undefined
  /** It is in use, by whoever is meant. */
  readonly isOpen: boolean
  /** Whose sessions wait there, and are reached. */
  readonly waiting: readonly UserRef[]
}

/** Whom an order would hit, and what unsent work they have said they have. Changes nothing. */
export function previewOf({ orders, workstations, people }: PreviewParts): (asked: z.infer<typeof Preview>) => PreviewShown {
  const isInUse = ({ state }: WorkstationShown) => state === 'active' || state === 'warning'

  /** All that is there. */
  const hitWhole = (station: WorkstationShown, hasWaiting: boolean): Hit => ({
    station, isOpen: isInUse(station),
    unsent: station.state === 'unknown' ? undefined : station.unsent,
    waiting: hasWaiting ? (station.waitingSessions ?? []).map(({ user }) => user) : [],
  })

  /** What there is of these people alone, whoever else is there. */
  function hitOf(subs: ReadonlySet<string>, station: WorkstationShown, hasWaiting: boolean): Hit {
    const theirs = [...subs].map((sub) => workstations.unsentOf(station.deviceId, sub))
    return {
      station, isOpen: isInUse(station) && station.user !== undefined && subs.has(station.user.sub),
      unsent: station.state === 'unknown' || theirs.includes(undefined) ? undefined : sumOf(theirs),
      waiting: hasWaiting ? (station.waitingSessions ?? []).map(({ user }) => user).filter(({ sub }) => subs.has(sub)) : [],
    }
  }

  return ({ kind, target }) => {
    const reach = orders.reached(kind, target)
    const hasWaiting = reachesWaiting(kind)
    const meant = new Map<string, Set<string>>()
    for (const { deviceId, sub } of reach.deliveries) {
      const subs = meant.get(deviceId) ?? new Set()
      if (sub !== undefined) subs.add(sub)
      meant.set(deviceId, subs)
    }
    const isOfPeople = 'users' in target
    const hits = reach.workstations.flatMap((id) => {
      const station = workstations.byId(id)
      return station === undefined ? [] : [isOfPeople ? hitOf(meant.get(id) ?? new Set(), station, hasWaiting) : hitWhole(station, hasWaiting)]
    })
    const named = isOfPeople
      ? people().filter(({ sub }) => target.users.includes(sub))
      : [...new Map(hits.flatMap(({ station: { user }, waiting }) => [...(user === undefined ? [] : [user]), ...waiting]).map((user) => [user.sub, user])).values()]
    return {
      workstations: hits.length,
      users: named.slice(0, mostNamed).map(({ sub, name, role }) => ({ sub, name, role })),
      userCount: named.length,
      offline: hits.filter(({ station }) => !station.isOnline).length,
      open: hits.filter(({ isOpen }) => isOpen).length,
      waiting: hits.reduce((sum, { waiting }) => sum + waiting.length, 0),
      waitingUnknown: hasWaiting ? hits.filter(({ station }) => station.waitingSessions === undefined).length : 0,
      unsent: sumOf(hits.map(({ unsent }) => unsent)),
      unsentUnknown: hits.filter(({ station, unsent }) => unsent === undefined || !station.isOnline).length,
      needsSecond: reach.needsSecond,
      sample: hits.toSorted((a, b) => countOf(b.unsent) - countOf(a.unsent)).slice(0, mostNamed).map(({ station, unsent }) => ({ ...station, ...(isOfPeople && unsent !== undefined ? { theirs: unsent } : {}) })),
    }
  }
}

const countOf = (unsent: Unsent | undefined) => (unsent === undefined ? 0 : unsent.drafts + unsent.changes)

function sumOf(all: readonly (Unsent | undefined)[]): Unsent {
  return { drafts: all.reduce((sum, each) => sum + (each?.drafts ?? 0), 0), changes: all.reduce((sum, each) => sum + (each?.changes ?? 0), 0) }
}
