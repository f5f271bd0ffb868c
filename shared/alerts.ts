/**
 * What `records` says of a look at a chart, decided there from what it has read: `main` is told that a name is the same, never which.
 * One of the first three always, and any of the rest.
 */
const signals = [
  'related', // in the care team, the patient's own practitioner, or part of a recent encounter
  'not-related',
  'relation-not-known', // what would tell it could not be read
  'same-family-name', // as the user's
  'restricted', // labelled restricted or sensitive (HL7 v3 Confidentiality R, V; ActCode)
  'vip', // labelled VIP (ActCode)
  'glass-broken', // restricted, not related, and the EHR gives the record all the same
] as const
export type Signal = (typeof signals)[number]

/** The patterns that are watched for, in the order of the documentation. */
export const alertRules = [
  'chartsPerMinute',
  'chartsPerShift',
  'noCareRelation',
  'breakTheGlass',
  'sameFamilyName',
  'offHours',
  'vip',
  'repeatedDenials',
  'failedUnlocks',
  'clockSetBack',
] as const
export type AlertRule = (typeof alertRules)[number]

/** What follows from an alert at the workstation; the privacy desk is told in each case but `off`. */
export const alertResponses = ['off', 'notice', 'ask-reason', 'lock'] as const
export type AlertResponse = (typeof alertResponses)[number]

export const alertSeverities = ['low', 'medium', 'high'] as const
export type AlertSeverity = (typeof alertSeverities)[number]

/** Signals as they stand in an audit entry, whose fields are flat: words in the order above, with a blank between them. */
export function writeSignals(told: ReadonlySet<Signal>): string {
  return signals.filter((signal) => told.has(signal)).join(' ')
}

/** Signals of an audit entry; words that are none are left out. */
export function readSignals(text: unknown): ReadonlySet<Signal> {
  const words = typeof text === 'string' ? text.split(' ') : []
  return new Set(signals.filter((signal) => words.includes(signal)))
}

/** Why somebody needs a chart, as they may say it when they are asked. */
export const holdReasons = ['care', 'cover', 'consult', 'emergency', 'administration', 'mistake', 'other'] as const
export type HoldReason = (typeof holdReasons)[number]

/** A question that stands before a chart until its user has answered it; opaque ids and closed words. */
export interface Hold {
  readonly rule: AlertRule
  /** Undefined: before every chart. */
  readonly patient?: string
}

/** The questions that stand before the chart of this patient. */
export function holdsOf<H extends Hold>(holds: readonly H[], patient: string): readonly H[] {
  return holds.filter((hold) => hold.patient === undefined || hold.patient === patient)
}
