import type { DeskOrder, DeskPreview, DeskTarget } from '../../../../shared/contract/index.ts'
import { isAboutUsers, oppositeOf, type OrderKind } from '../../../../shared/desk/order-kinds.ts'
import { t } from '../../../messages/index.ts'
import type { StationBook } from '../stations/stations.ts'

/** Orders that take something from somebody stand apart from those that do not, and look like it. */
export const harmless = ['message', 'lock', 'require-sign-in', 'reset-pin', 'enable-user'] as const satisfies readonly OrderKind[]
export const dangerous = ['sign-out', 'disable-user', 'wipe'] as const satisfies readonly OrderKind[]
export const isDangerous = (kind: OrderKind): boolean => dangerous.some((each) => each === kind)

/** Whom an order was given for. */
export function targetWords(target: DeskTarget, book: StationBook, nameOf: (sub: string) => string): string {
  if ('everyone' in target) return t('desk.target.everyone')
  if ('site' in target) return t('desk.target.site', { site: target.site })
  if ('users' in target) return target.users.length === 1 ? nameOf(target.users[0] ?? '') : t('desk.target.users', { count: target.users.length })
  const [only] = target.workstations
  return target.workstations.length === 1 && only !== undefined ? (book.byId.get(only)?.displayName ?? only) : t('desk.target.workstations', { count: target.workstations.length })
}

/** These do something else where they are given for people: only what is theirs is meant, wherever they have been. */
const differsForPeople = ['sign-out', 'require-sign-in', 'wipe'] as const

/** What an order of this kind is called, and what it does, to those whom it is for. */
export function orderMeans(kind: OrderKind, target: DeskTarget): { readonly title: string; readonly means: string } {
  const other = 'users' in target ? differsForPeople.find((each) => each === kind) : undefined
  return other === undefined ? { title: t(`desk.dialog.${kind}`), means: t(`desk.means.${kind}`) } : { title: t(`desk.dialogPeople.${other}`), means: t(`desk.meansPeople.${other}`) }
}

/** How many it reaches, as the button says it: people, where it bars or frees people, though none of them has ever been at a workstation. */
export function reachWords(kind: OrderKind, target: DeskTarget, preview: Pick<DeskPreview, 'workstations' | 'userCount'>): string {
  const workstations = t('desk.preview.workstations', { count: preview.workstations })
  if (!('users' in target)) return workstations
  const people = t('desk.preview.people', { count: preview.userCount })
  return isAboutUsers(kind) ? people : `${people}, ${workstations}`
}

type Counts = DeskOrder['counts']

/** Taken by a workstation, of which it is not known yet what came of it. */
const underWay = ({ taken, done, failed, notForHere }: Counts): number => Math.max(0, taken - done - failed - notForHere)

/** What became of it where it went; what is none of is not named. */
export function progressWords(counts: Counts): string {
  const parts = [
    ['done', counts.done],
    ['failed', counts.failed],
    ['refused', counts.refused],
    ['taken', underWay(counts)],
    ['waiting', counts.waiting],
    ['held', counts.held],
    ['notForHere', counts.notForHere],
    ['withdrawn', counts.withdrawn],
  ] as const
  const told = parts.filter(([, count]) => count > 0).map(([what, count]) => t(`desk.progress.${what}`, { count }))
  return told.length === 0 ? t('desk.progress.none') : told.join(' · ')
}

/** Whether somebody can still take it back: what has not arrived, or what has an opposite. */
export function canUndo({ kind, state, counts, undoneBy }: DeskOrder): boolean {
  return state === 'given' && undoneBy === undefined && (counts.waiting > 0 || oppositeOf(kind) !== undefined)
}
