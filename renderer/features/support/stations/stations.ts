import type { DeskWorkstation, OutputOf } from '../../../../shared/contract/index.ts'

export type Station = DeskWorkstation
/** A session that waits behind another one's lock. */
export type WaitingSession = NonNullable<Station['waitingSessions']>[number]
export type StationState = Station['state']
export const stationStates = ['signedOut', 'signingIn', 'active', 'warning', 'locked', 'lockedOut', 'wiping', 'unknown'] as const satisfies readonly StationState[]
export type StationPart = OutputOf<'desk.workstations'>
export type StationChanges = OutputOf<'desk.changes'>

/** What is known of the workstations, put together from a whole list and from what changed since. */
export interface StationBook {
  readonly byId: ReadonlyMap<string, Station>
  /** Changes after this one are asked for next. */
  readonly revision: number
}

/** The parts of a whole list, asked one after the other. What changed between the first and the last of them comes again by the revision of the first. */
export function wholeBook(parts: readonly StationPart[]): StationBook {
  return { byId: new Map(parts.flatMap((part) => part.workstations).map((station) => [station.deviceId, station])), revision: parts[0]?.revision ?? 0 }
}

/** With what changed. An answer that was overtaken by another changes nothing, and one that says nothing new gives the same book. */
export function withChanges(book: StationBook, { workstations, revision }: StationChanges): StationBook {
  if (revision <= book.revision) return book
  if (workstations.length === 0) return { ...book, revision }
  const byId = new Map(book.byId)
  for (const station of workstations) byId.set(station.deviceId, station)
  return { byId, revision }
}

/** What of somebody's work is not at the EHR. Undefined: nobody knows, which is not none. */
export function unsentOf({ state, unsent }: Pick<Station, 'state' | 'unsent'>): number | undefined {
  return state === 'unknown' ? undefined : unsent.drafts + unsent.changes
}

/** The sites, and how many workstations each has; those that tell none are of none. */
export function sitesOf({ byId }: StationBook): readonly { readonly site: string; readonly count: number }[] {
  const counts = new Map<string, number>()
  for (const { site } of byId.values()) if (site !== '') counts.set(site, (counts.get(site) ?? 0) + 1)
  return [...counts].map(([site, count]) => ({ site, count })).sort((a, b) => a.site.localeCompare(b.site, 'en', { numeric: true }))
}
