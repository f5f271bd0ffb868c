import { isCodeOf } from '../../../../shared/workstation-code.ts'
import { type Station, type StationState, unsentOf } from './stations.ts'

export const stationColumns = ['name', 'site', 'user', 'state', 'since', 'contact', 'unsent', 'waiting', 'app', 'policy'] as const
export type StationColumn = (typeof stationColumns)[number]

/** States that mean the same to whoever helps. */
export const stateGroups = ['unlocked', 'locked', 'lockedOut', 'signedOut', 'wiping', 'unknown'] as const
export type StateGroup = (typeof stateGroups)[number]

/** Which workstations are listed, and in which order. */
export interface StationQuestion {
  readonly search: string
  /** Undefined: every site. */
  readonly site: string | undefined
  readonly state: StateGroup | 'all'
  readonly contact: 'all' | 'online' | 'offline'
  /** Those alone that have, or may have, work that is not at the EHR. */
  readonly unsentOnly: boolean
  readonly by: StationColumn
  readonly descending: boolean
}

export const firstStationQuestion: StationQuestion = { search: '', site: undefined, state: 'all', contact: 'all', unsentOnly: false, by: 'name', descending: false }

export function groupOf(state: StationState): StateGroup {
  switch (state) {
    case 'active':
    case 'warning':
      return 'unlocked'
    case 'signedOut':
    case 'signingIn':
      return 'signedOut'
    case 'locked':
    case 'lockedOut':
    case 'wiping':
    case 'unknown':
      return state
  }
}

/** Of an id, which is digits and letters by chance: what is shorter than this is found in nearly all. */
const shortestOfId = 6

/** Every word that was typed stands somewhere: in the name, the id, the site, or the name of the person or of somebody who waits there; or it is the code that the workstation's lock screen shows. */
export function matches(station: Station, { search, site, state, contact, unsentOnly }: StationQuestion): boolean {
  if (site !== undefined && station.site !== site) return false
  if (state !== 'all' && groupOf(station.state) !== state) return false
  if (contact !== 'all' && station.isOnline !== (contact === 'online')) return false
  // What nobody knows may be there.
  if (unsentOnly && unsentOf(station) === 0) return false
  if (search.trim() === '' || isCodeOf(station.deviceId, search)) return true
  const text = `${station.displayName}\n${station.site}\n${station.user?.name ?? ''}\n${(station.waitingSessions ?? []).map(({ user }) => user.name).join('\n')}`.toLocaleLowerCase('en')
  const id = station.deviceId.toLowerCase()
  return search.toLocaleLowerCase('en').trim().split(/\s+/).every((word) => text.includes(word) || (word.length >= shortestOfId && id.includes(word)))
}

const words = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** What of a line a column sorts by; undefined where it has none. */
function keyOf(station: Station, by: StationColumn): number | string | undefined {
  switch (by) {
    case 'name':
      return station.displayName
    case 'site':
      return station.site === '' ? undefined : station.site
    case 'user':
      return station.user?.name
    case 'state':
      return stateGroups.indexOf(groupOf(station.state))
    case 'since':
      return station.since
    case 'contact':
      // Those that are there now are the last ones heard of.
      return station.isOnline ? Number.MAX_SAFE_INTEGER : station.lastContact
    case 'unsent':
      return unsentOf(station)
    case 'waiting':
      return station.waiting
    case 'app':
      return station.appVersion === '' ? undefined : station.appVersion
    case 'policy':
      return station.policyVersion === '' ? undefined : station.policyVersion
  }
}

/** Total: no two workstations are equal, so that an order is the same however it was come by. Those without a value stand last either way round. */
function comparing({ by, descending }: Pick<StationQuestion, 'by' | 'descending'>): (a: Station, b: Station) => number {
  const direction = descending ? -1 : 1
  return (a, b) => {
    const [left, right] = [keyOf(a, by), keyOf(b, by)]
    const lacks = Number(left === undefined) - Number(right === undefined)
    if (lacks !== 0) return lacks
    if (left !== undefined && right !== undefined) {
      const first = typeof left === 'number' && typeof right === 'number' ? left - right : words.compare(String(left), String(right))
      if (first !== 0) return first * direction
    }
    return words.compare(a.displayName, b.displayName) || (a.deviceId < b.deviceId ? -1 : a.deviceId > b.deviceId ? 1 : 0)
  }
}

/** The workstations that are asked for, in order. */
export function arranged(stations: Iterable<Station>, question: StationQuestion): readonly Station[] {
  return [...stations].filter((station) => matches(station, question)).sort(comparing(question))
}

/**
 * The same, from the order before and from what changed: sorting 20,000 lines takes longer than a change may, and a hospital changes many times a second.
 * `before` is in order but for those that changed.
 */
export function rearranged(before: readonly Station[], changed: readonly Station[], question: StationQuestion): readonly Station[] {
  const gone = new Set(changed.map(({ deviceId }) => deviceId))
  const coming = arranged(new Map(changed.map((station) => [station.deviceId, station])).values(), question)
  const compare = comparing(question)
  const rows: Station[] = []
  let next = 0
  for (const row of before) {
    if (gone.has(row.deviceId)) continue
    for (let come = coming[next]; come !== undefined && compare(come, row) < 0; come = coming[next]) {
      rows.push(come)
      next += 1
    }
    rows.push(row)
  }
  return [...rows, ...coming.slice(next)]
}
