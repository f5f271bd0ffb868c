import type { DeskTarget } from '../../../../shared/contract/index.ts'
import { isAboutUsers, type OrderKind } from '../../../../shared/desk/order-kinds.ts'
import type { Selection } from '../stations/selection.ts'
import type { StationList } from '../stations/station-list.ts'
import type { Station, StationBook } from '../stations/stations.ts'

/** Whom somebody at the desk means. */
export type Scope = { readonly is: 'chosen' } | { readonly is: 'site'; readonly site: string } | { readonly is: 'everyone' }

/** More people than this are in no order (shared/contract/desk.ts). */
const mostUsers = 5_000

export type Aim =
  | { readonly is: 'target'; readonly target: DeskTarget; readonly workstations: number }
  /**
   * `nothing`: no workstation is meant. `nobody`: an order about people, and nobody is known to be there. `too-many` people. `not-whole`: the list does not
   * know just now who, or which, is meant.
   */
  | { readonly is: 'none'; readonly why: 'nothing' | 'nobody' | 'too-many' | 'not-whole' }

/**
 * The target of an order. One about people names those who are signed in on the workstations that are meant, if the list is whole and live: else it would
 * leave out, without a word, who has not come yet. One about a site or about everyone is not taken apart: the server knows best who is there when it is given.
 */
export function aimOf(kind: OrderKind, scope: Scope, { ids }: Selection, { book, standing }: Pick<StationList, 'book' | 'standing'>): Aim {
  if (scope.is === 'chosen' && ids.size === 0) return { is: 'none', why: 'nothing' }
  const lacksSome = scope.is === 'chosen' && [...ids].some((id) => !book.byId.has(id))
  if (standing !== 'live' && (isAboutUsers(kind) || lacksSome)) return { is: 'none', why: 'not-whole' }
  const meant = stationsOf(scope, ids, book)
  if (meant.length === 0) return { is: 'none', why: 'nothing' }
  if (isAboutUsers(kind)) {
    const users = [...new Set(meant.flatMap(({ user }) => user?.sub ?? []))]
    if (users.length === 0) return { is: 'none', why: 'nobody' }
    return users.length > mostUsers ? { is: 'none', why: 'too-many' } : { is: 'target', target: { users }, workstations: meant.length }
  }
  if (scope.is === 'site') return { is: 'target', target: { site: scope.site }, workstations: meant.length }
  if (scope.is === 'everyone') return { is: 'target', target: { everyone: true }, workstations: meant.length }
  return { is: 'target', target: { workstations: meant.map(({ deviceId }) => deviceId) }, workstations: meant.length }
}

function stationsOf(scope: Scope, chosen: ReadonlySet<string>, { byId }: StationBook): readonly Station[] {
  if (scope.is === 'everyone') return [...byId.values()]
  if (scope.is === 'site') return [...byId.values()].filter(({ site }) => site === scope.site)
  return [...chosen].flatMap((id) => byId.get(id) ?? [])
}

/** Whether what was typed is a reason: long enough to mean something to whoever reads it later. */
export function isReason(text: string, { least, most }: { readonly least: number; readonly most: number }): boolean {
  const { length } = text.trim()
  return length >= least && length <= most
}
