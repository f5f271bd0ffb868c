import type { AlertRule } from '../../../shared/alerts.ts'
import { wallTime, type Zone } from '../../../shared/clinical/zone.ts'
import type { AlertPolicy } from '../../../shared/policy.ts'
import type { SeenEntry } from './entry.ts'

/** An entry together with what can only be known from the ones before it. */
export interface Seen extends SeenEntry {
  readonly setBack: boolean
}

/**
 * How a rule reads the chain. `counts` names what an entry adds to its count: the same thing twice in a window counts
 * once. `eachThing`: every further thing beyond the threshold is an alert of its own, about that patient; else one alert
 * is about them all, and the rule is quiet until its window has passed.
 */
export interface RuleReading {
  readonly eachThing: boolean
  counts(seen: Seen, policy: AlertPolicy, zone: Zone): string | undefined
}

const lookedAt: ReadonlySet<string> = new Set(['chart.open', 'chart.section'])
/** The EHR or Chartkeep said no. A wrong PIN is a rule of its own; a lock or an outage is nobody's doing. */
const denials: ReadonlySet<string> = new Set(['forbidden', 'not-permitted', 'wrong-patient', 'wrong-sender'])
/** Passwords are the EHR's to count: they are typed on its page. */
const wrongSecrets: ReadonlySet<string> = new Set(['pin-wrong', 'pin-void'])

/** A person asked for a chart, whether or not it came: what was asked for is what gives an intention away. */
function chartAskedFor({ event, cause, outcome, patient }: Seen): string | undefined {
  return lookedAt.has(event) && cause === 'look' && outcome === 'intent' ? patient : undefined
}

/** The chart that was given, by what `records` says of it. */
const chartThat = ({ event, patient }: Seen, holds: boolean): string | undefined => (event === 'chart.signals' && holds ? patient : undefined)

/** Whether the entry falls outside of the working day, by the workstation's own time. */
function isOffHours(wall: number, { from, to }: Pick<AlertPolicy['offHours'], 'from' | 'to'>, zone: Zone): boolean {
  const { hour, minute } = wallTime(wall, zone)
  const now = hour * 60 + minute
  const [begins, ends] = [minutesOf(from), minutesOf(to)]
  return begins <= ends ? now < begins || now >= ends : now < begins && now >= ends
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return hours * 60 + minutes
}

export const ruleReadings: Readonly<Record<AlertRule, RuleReading>> = {
  chartsPerMinute: { eachThing: false, counts: chartAskedFor },
  chartsPerShift: { eachThing: false, counts: chartAskedFor },
  noCareRelation: { eachThing: true, counts: (seen) => chartThat(seen, seen.signals.has('not-related')) },
  breakTheGlass: { eachThing: true, counts: (seen) => chartThat(seen, seen.signals.has('glass-broken')) },
  sameFamilyName: { eachThing: true, counts: (seen) => chartThat(seen, seen.signals.has('same-family-name') && !seen.signals.has('related')) },
  // Wards work at night. It is who is not related, at an hour that is not the clinic's, that stands out.
  offHours: { eachThing: false, counts: (seen, { offHours }, zone) => chartThat(seen, !seen.signals.has('related') && isOffHours(seen.wall, offHours, zone)) },
  vip: { eachThing: true, counts: (seen) => chartThat(seen, seen.signals.has('vip') && !seen.signals.has('related')) },
  repeatedDenials: { eachThing: false, counts: ({ outcome, failure, patient, correlation }) => (outcome !== 'success' && denials.has(failure ?? '') ? (patient ?? correlation) : undefined) },
  failedUnlocks: { eachThing: false, counts: ({ outcome, failure, correlation }) => (outcome === 'failed' && wrongSecrets.has(failure ?? '') ? correlation : undefined) },
  clockSetBack: { eachThing: false, counts: ({ setBack, correlation }) => (setBack ? correlation : undefined) },
}
