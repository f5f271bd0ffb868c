import type { DeskPerson, DeskUser } from '../../../shared/contract/index.ts'
import type { Station, StationBook } from './stations.ts'

/** The workstation that a caller names: by its whole name, whatever its case, or its id. Undefined: none, or more than one. */
export function stationNamed({ byId }: StationBook, typed: string): Station | undefined {
  const wanted = typed.trim().toLocaleLowerCase('en')
  if (wanted === '') return undefined
  const known = byId.get(typed.trim())
  if (known !== undefined) return known
  const found = [...byId.values()].filter(({ displayName }) => displayName.toLocaleLowerCase('en') === wanted)
  return found.length === 1 ? found[0] : undefined
}

/** Who may call from there: whoever has ever signed in at it, and whose session it says is there. */
export function usersAt(station: Station | undefined, users: readonly DeskUser[]): readonly DeskPerson[] {
  if (station === undefined) return []
  const { deviceId, user } = station
  const known: DeskPerson[] = users.filter(({ workstations }) => workstations.includes(deviceId))
  return user === undefined || known.some(({ sub }) => sub === user.sub) ? known : [user, ...known]
}
