import type { DeskUser } from '../../../shared/contract/index.ts'
import type { Station, StationBook } from './stations.ts'

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

/** Where each person is signed in now, by their id. */
export function placesOf({ byId }: StationBook): ReadonlyMap<string, readonly Station[]> {
  const places = new Map<string, Station[]>()
  for (const station of byId.values()) {
    if (station.user === undefined) continue
    const here = places.get(station.user.sub)
    if (here === undefined) places.set(station.user.sub, [station])
    else here.push(station)
  }
  return places
}

/** Gives a name by an id: that of the account, else the one that a workstation tells where they are, else the id. `accounts`: names by ids. */
export function namer(accounts: ReadonlyMap<string, string>, book: StationBook): (sub: string) => string {
  // Two hundred lines ask for their names at once, of 20,000 workstations.
  let places: ReturnType<typeof placesOf> | undefined
  return (sub) => accounts.get(sub) ?? (places ??= placesOf(book)).get(sub)?.[0]?.user?.name ?? sub
}

/** The first few of many places, and how many more there are. */
export function fewOf(places: readonly string[], most: number): { readonly named: string; readonly more: number } {
  return { named: places.slice(0, most).join(', '), more: Math.max(0, places.length - most) }
}
