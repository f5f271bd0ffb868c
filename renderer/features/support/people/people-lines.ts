import type { DeskPerson, DeskUser } from '../../../../shared/contract/index.ts'
import { t } from '../../../messages/index.ts'
import type { Station, StationBook } from '../stations/stations.ts'

const words = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** Those in whose name, user name or role every word stands; by name. */
export function peopleFound(users: readonly DeskUser[], search: string): readonly DeskUser[] {
  const typed = search.toLocaleLowerCase('en').trim().split(/\s+/)
  const found = users.filter(({ name, username, role }) => {
    const text = `${name}\n${username}\n${role}`.toLocaleLowerCase('en')
    return typed.every((word) => text.includes(word))
  })
  return found.toSorted((a, b) => words.compare(a.name, b.name) || words.compare(a.username, b.username))
}

export interface Place {
  readonly station: Station
  readonly person: DeskPerson
  /** Their session waits there behind another one's. */
  readonly waits: boolean
}

/** Where each person has a session now, by their id. */
export function placesOf({ byId }: StationBook): ReadonlyMap<string, readonly Place[]> {
  const places = new Map<string, Place[]>()
  const add = (place: Place) => {
    const here = places.get(place.person.sub)
    if (here === undefined) places.set(place.person.sub, [place])
    else here.push(place)
  }
  for (const station of byId.values()) {
    if (station.user !== undefined) add({ station, person: station.user, waits: false })
    for (const { user } of station.waitingSessions ?? []) add({ station, person: user, waits: true })
  }
  return places
}

/** Where somebody's session is, and whether it waits there. */
export const placeName = ({ station: { displayName }, waits }: Place): string => (waits ? t('desk.people.waitsAt', { name: displayName }) : displayName)

/** Gives a name by an id: that of the account, else the one that a workstation tells where they are, else the id. `accounts`: names by ids. */
export function namer(accounts: ReadonlyMap<string, string>, book: StationBook): (sub: string) => string {
  // Two hundred lines ask for their names at once, of 20,000 workstations.
  let places: ReturnType<typeof placesOf> | undefined
  return (sub) => accounts.get(sub) ?? (places ??= placesOf(book)).get(sub)?.[0]?.person.name ?? sub
}

/** The first few of many places, and how many more there are. */
export function fewOf(places: readonly string[], most: number): { readonly named: readonly string[]; readonly more: number } {
  return { named: places.slice(0, most), more: Math.max(0, places.length - most) }
}
