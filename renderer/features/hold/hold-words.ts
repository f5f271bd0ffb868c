import type { AlertRule, Hold } from '../../../shared/alerts.ts'

const ofRelation: ReadonlySet<AlertRule> = new Set(['noCareRelation', 'breakTheGlass', 'sameFamilyName', 'offHours', 'vip'])
const ofNumber: ReadonlySet<AlertRule> = new Set(['chartsPerMinute', 'chartsPerShift'])

/**
 * Why a person is asked, as far as they are told: whether the record knows them. Not that a patient is well known or bears their name, which
 * would tell something of the patient, and teach what to avoid.
 */
export function whyAsked(holds: readonly Hold[]): 'hold.why.relation' | 'hold.why.many' | 'hold.why.rule' {
  if (holds.some(({ rule }) => ofRelation.has(rule))) return 'hold.why.relation'
  return holds.some(({ rule }) => ofNumber.has(rule)) ? 'hold.why.many' : 'hold.why.rule'
}
