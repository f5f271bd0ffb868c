import type { DeskPerson, DeskUser } from '../../../../shared/contract/index.ts'
import { reasonLength } from '../../../../shared/desk/words.ts'
import { readCode } from '../../../../shared/unlock-codes.ts'
import { isWholeCodeOf } from '../../../../shared/workstation-code.ts'
import { type Identified, identificationLack, type IdentificationLack, nobodyIdentified } from '../identified.ts'
import { isReason } from '../orders/order-targets.ts'
import type { StationList } from '../stations/station-list.ts'
import type { Station, StationBook } from '../stations/stations.ts'

/** What somebody at the desk writes down while a caller speaks. */
export interface HelpForm extends Identified {
  /** As the caller reads it out. */
  readonly station: string
  /** `sub`; empty: not chosen. */
  readonly user: string
  readonly challenge: string
  readonly reason: string
}

export const emptyHelpForm: HelpForm = { ...nobodyIdentified, station: '', user: '', challenge: '', reason: '' }

/** `not-yet`: it is none of those that have come, and not all have. */
export type Named = { readonly is: 'found'; readonly station: Station } | { readonly is: 'none' | 'several' | 'not-yet' }

/** Whether every workstation has come, though it may not be told of changes any more. */
const isWhole = ({ standing, book, total }: Known): boolean => standing === 'live' || (standing === 'lost' && book.byId.size >= total)

type Known = Pick<StationList, 'standing' | 'book' | 'total'>

/** The workstation that a caller names: by its whole name, whatever its case, by the whole code beside the name, or by its id. */
export function stationNamed(list: Known, typed: string): Named {
  const wanted = typed.trim().toLocaleLowerCase('en')
  const { byId } = list.book
  const known = byId.get(typed.trim())
  if (known !== undefined) return { is: 'found', station: known }
  const found = wanted === '' ? [] : [...byId.values()].filter(({ deviceId, displayName }) => displayName.toLocaleLowerCase('en') === wanted || isWholeCodeOf(deviceId, typed))
  const [station] = found
  if (found.length > 1) return { is: 'several' }
  return station === undefined ? { is: isWhole(list) ? 'none' : 'not-yet' } : { is: 'found', station }
}

/** Whether it is the short code of a workstation, which finds it and answers nothing. */
export const isStationCode = ({ byId }: StationBook, typed: string): boolean => [...byId.keys()].some((deviceId) => isWholeCodeOf(deviceId, typed))

/** Who may call from there: whoever has ever signed in at it, and whose session it says is there. Nobody before it is known who has. */
export function usersAt(station: Station | undefined, users: readonly DeskUser[] | undefined): readonly DeskPerson[] {
  if (station === undefined || users === undefined) return []
  const { deviceId, user } = station
  const known: DeskPerson[] = users.filter(({ workstations }) => workstations.includes(deviceId))
  return user === undefined || known.some(({ sub }) => sub === user.sub) ? known : [user, ...known]
}

/** What is missing before an answer can be asked for. */
export type Lack = 'station' | 'user' | IdentificationLack | 'challenge' | 'reason'

/** In the order of the screen. `caller`: who was chosen among those who can call from there; empty: nobody. */
export function lacksOf({ challenge, reason, ...identified }: HelpForm, named: Named, caller: string): readonly Lack[] {
  const lack = identificationLack(identified)
  const isGiven: Readonly<Record<Exclude<Lack, IdentificationLack>, boolean>> = {
    station: named.is === 'found',
    user: caller !== '',
    challenge: readCode(challenge) !== undefined,
    reason: isReason(reason, reasonLength),
  }
  const isLacking = (each: keyof typeof isGiven) => !isGiven[each]
  return [...(['station', 'user'] as const).filter(isLacking), ...(lack === undefined ? [] : [lack]), ...(['challenge', 'reason'] as const).filter(isLacking)]
}

/** One character after the other, for who listens. */
export const spelled = (response: string): string => Array.from(response.replace('-', ',')).join(' ')
