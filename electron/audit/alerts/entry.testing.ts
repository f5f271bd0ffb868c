import { AlertPolicy } from '../../../shared/policy.ts'
import { type Alert, type AlertState, nothingSeen, step } from './engine.ts'
import type { SeenEntry } from './entry.ts'

/** Wednesday, 2026-07-15, 10:00 in UTC. */
export const morning = Date.UTC(2026, 6, 15, 10)

/** The look of one user at the chart of one patient, `at` milliseconds after the start, unless told otherwise. */
export function entryAt(at: number, more: Partial<SeenEntry> = {}): SeenEntry {
  return { event: 'chart.open', outcome: 'intent', cause: 'look', patient: 'p-1', failure: undefined, signals: new Set(), correlation: '0a1b2c3d', user: 'user-1', wall: morning + at, mono: 1_000 + at, run: 'run-1', ...more }
}

export const policyWith = (rules: Readonly<Record<string, unknown>> = {}): AlertPolicy => AlertPolicy.parse(rules)

/** Nothing is watched for but these. */
export function only(rules: Readonly<Record<string, unknown>>): AlertPolicy {
  const off = Object.fromEntries(Object.keys(AlertPolicy.shape).map((rule) => [rule, { response: 'off' }]))
  return AlertPolicy.parse({ ...off, ...rules })
}

/** All alerts of these entries, in order. */
export function alertsOf(entries: readonly SeenEntry[], policy: AlertPolicy, zone = 'UTC', from: AlertState = nothingSeen): readonly Alert[] {
  let state = from
  return entries.flatMap((entry) => {
    const [next, alerts] = step(state, entry, policy, zone)
    state = next
    return alerts
  })
}
