import { orderKinds } from '../../../../shared/desk/order-kinds.ts'
import { identifications } from '../../../../shared/desk/words.ts'
import { t } from '../../../messages/index.ts'
import { stationStates } from '../stations/stations.ts'

const steps = ['asked', 'given', 'agreed', 'rejected', 'undone'] as const
const outcomes = ['taken', 'refused', 'withdrawn', 'done', 'failed', 'not-for-here', 'foreign-refused'] as const

/** How a caller was identified, behind the reason, as the API writes it: `reason (called-back: at extension 2210)`. */
const withCaller = new RegExp(String.raw`^(.*?) \((${identifications.join('|')}): (.*)\)$`, 'u')

/** What the history adds to a word, with the API's own word for how a caller was identified in ours. */
export function detailWords(detail: string | undefined): string {
  if (detail === undefined) return ''
  const [, reason, by, what] = withCaller.exec(detail) ?? []
  const how = identifications.find((each) => each === by)
  return how === undefined || reason === undefined || what === undefined ? detail : `${reason} · ${t('desk.history.known')}: ${t(`desk.history.known.${how}`)}, ${what}`
}

/** A word of the desk's history (docs/lockout-api.json) in ours. One that is not known here stays as it is. */
export function eventWords(what: string): string {
  const [about, ...rest] = what.split('.')
  if (about === 'workstation') {
    const state = stationStates.find((each) => each === rest[0])
    if (state !== undefined) return t('desk.event.became', { state: t(`desk.said.${state}`) })
  }
  if (what === 'unlock-help.answered') return t('desk.event.helped')
  if (what === 'unlock-help.refused') return t('desk.event.notHelped')
  if (about === 'order') {
    const kind = orderKinds.find((each) => each === rest[0])
    const step = steps.find((each) => each === rest[1])
    if (kind !== undefined && step !== undefined) return t(`desk.event.${step}`, { order: t(`desk.order.${kind}`) })
    const outcome = outcomes.find((each) => each === rest[0])
    if (outcome !== undefined) return t(`desk.event.${outcome}`)
  }
  return t('desk.event.other', { what })
}
