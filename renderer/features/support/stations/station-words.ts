import { formatDateTime } from '../../../../shared/clinical/partial-date.ts'
import { t } from '../../../messages/index.ts'
import { clockTime } from '../../../services/clock-time.ts'
import { type Station, unsentOf, type WaitingSession } from './stations.ts'

/** The moment a list is worded for, and the zone of this workstation. */
export interface Here {
  /** Epoch milliseconds. */
  readonly now: number
  readonly zone: string
}

/** What a workstation said last. Of one that cannot be reached it may not be so any more, and the words say that. */
export function stateWords({ state, isOnline }: Pick<Station, 'state' | 'isOnline'>): string {
  const said = t(`desk.said.${state}`)
  return isOnline || state === 'unknown' ? said : t('desk.said.last', { state: said })
}

export function sinceWords({ since }: Station, { now, zone }: Here): string {
  return since === undefined ? t('desk.notTold') : clockTime(since, now, zone)
}

export function contactWords({ isOnline, lastContact }: Station, { now, zone }: Here): string {
  if (isOnline) return t('desk.online')
  return lastContact === undefined ? t('desk.neverHeard') : t('desk.heard', { time: clockTime(lastContact, now, zone) })
}

/** For a column: a number, or that there is none, or that nobody knows. */
export function unsentWords(station: Pick<Station, 'state' | 'unsent'>): string {
  const count = unsentOf(station)
  return count === undefined ? t('desk.unsentUnknown') : count === 0 ? t('desk.unsentNone') : String(count)
}

/** How much work is not sent, of what kind; what there is none of is not named. */
export function workWords({ drafts, changes }: Station['unsent']): string {
  const parts = [...(drafts > 0 ? [t('desk.work.drafts', { count: drafts })] : []), ...(changes > 0 ? [t('desk.work.changes', { count: changes })] : [])]
  return parts.length === 0 ? t('desk.unsentNone') : parts.join(', ')
}

/** The same in a sentence; of a workstation that is away it is what it said when it was last there. */
export function unsentSentence(station: Station, { zone }: Here): string {
  if (unsentOf(station) === undefined) return t('desk.unsentNever')
  const said = workWords(station.unsent)
  return station.isOnline || station.lastContact === undefined ? said : t('desk.unsentThen', { said, time: formatDateTime({ precision: 'instant', epochMs: station.lastContact }, zone) })
}

export function siteWords({ site }: Station): string {
  return site === '' ? t('desk.noSite') : site
}

/** For a column: of a digest as many characters as tell two apart, and none is cut off under way. Whatever else it is stands whole. */
export function policyWords({ policyVersion }: Pick<Station, 'policyVersion'>): string {
  if (policyVersion === '') return t('desk.notTold')
  return /^[\da-f]{12,}$/.test(policyVersion) ? policyVersion.slice(0, 7) : policyVersion
}

export function userWords({ user }: Station): string {
  return user === undefined ? t('desk.nobody') : user.name
}

/** How many sessions wait there behind the one on the screen; empty where none does, or nobody knows. */
export function waitingWords({ waitingSessions = [] }: Pick<Station, 'waitingSessions'>): string {
  return waitingSessions.length === 0 ? '' : t('desk.waiting', { count: waitingSessions.length })
}

/** One of them, in a sentence: since when, and what of theirs is not sent. */
export function waitingSentence({ since, unsent }: WaitingSession, { now, zone }: Here): string {
  const when = since === undefined ? t('desk.waitingSinceUnknown') : t('desk.waitingSince', { time: clockTime(since, now, zone) })
  const work = unsent === undefined ? t('desk.waitingUnsentUnknown') : unsent.drafts + unsent.changes === 0 ? t('desk.waitingUnsentNone') : workWords(unsent)
  return `${when}; ${work}`
}

const roles = ['physician', 'nurse', 'front-desk', 'support', 'compliance', 'privacy', 'other'] as const

/** The EHR's word for what somebody does, in ours where we have one. */
export function roleWords(role: string): string {
  const known = roles.find((each) => each === role)
  return known === undefined ? role : t(`role.${known}`)
}
