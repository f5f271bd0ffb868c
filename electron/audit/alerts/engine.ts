import { type AlertResponse, type AlertRule, alertRules } from '../../../shared/alerts.ts'
import type { Zone } from '../../../shared/clinical/zone.ts'
import type { AlertPolicy } from '../../../shared/policy.ts'
import type { SeenEntry } from './entry.ts'
import { ruleReadings, type Seen } from './rules.ts'
import { advance, type EngineTime } from './time.ts'

/** Something in the chain that somebody should look at. Opaque ids alone. */
export interface Alert {
  readonly rule: AlertRule
  readonly response: Exclude<AlertResponse, 'off'>
  readonly severity: AlertPolicy[AlertRule]['severity']
  /** Whose doing; undefined where nobody was signed in. */
  readonly user: string | undefined
  /** The one patient it is about; undefined where it is about several, or none. */
  readonly patient: string | undefined
  /** Different things counted in the window, this one among them. */
  readonly count: number
  /** How many were passed over in silence since the last alert of this rule about this user. */
  readonly more: number
  /** That of the entry which brought it about: the two stand in the same chain. */
  readonly correlation: string
  /** Of that entry, in epoch milliseconds. */
  readonly wall: number
}

interface Sighting {
  readonly what: string
  readonly at: number
}

/** What one rule remembers of one user. */
interface Watch {
  /** Oldest first, each thing once. */
  readonly seen: readonly Sighting[]
  /** When alerts were raised within the window, oldest first. */
  readonly raised: readonly number[]
  readonly quietUntil: number
  readonly more: number
}

/** Plain data: what the rules remember of the chain so far. */
export interface AlertState {
  readonly time: EngineTime | undefined
  readonly watches: Readonly<Partial<Record<AlertRule, Readonly<Record<string, Watch>>>>>
}

export const nothingSeen: AlertState = { time: undefined, watches: {} }

/** Bounds of the memory: things to a watch, and users to a rule. What is forgotten first is what was seen longest ago. */
const mostThings = 500
const mostUsers = 50
/** After so many alerts of one rule about one user the last one is about them all, and quiet follows: nobody reads the thousandth. */
export const mostAlertsInARow = 20
const quietAfterMany = 3_600_000

/**
 * Takes one entry of the chain: pure, and bounded in memory however many come. The same entries give the same alerts.
 * An alert that is not raised for its number is counted in the next one.
 */
export function step(state: AlertState, entry: SeenEntry, policy: AlertPolicy, zone: Zone): readonly [AlertState, readonly Alert[]] {
  const { time, setBack } = advance(state.time, entry)
  const seen: Seen = { ...entry, setBack }
  const alerts: Alert[] = []
  let { watches } = state
  for (const rule of alertRules) {
    const { response, severity, threshold, windowSeconds } = policy[rule]
    if (response === 'off') continue
    const { counts, eachThing } = ruleReadings[rule]
    const what = counts(seen, policy, zone)
    if (what === undefined) continue
    const who = entry.user ?? ''
    const before = watches[rule]?.[who]
    const { watch, raised } = count(before, what, { at: time.at, windowMs: windowSeconds * 1_000, threshold, eachThing })
    if (watch !== before) watches = { ...watches, [rule]: remember(watches[rule] ?? {}, who, watch) }
    if (raised === undefined) continue
    const { user, correlation, wall } = entry
    alerts.push({ rule, response, severity, user, patient: eachThing && !raised.aboutAll ? what : undefined, count: raised.count, more: raised.more, correlation, wall })
  }
  return [{ time, watches }, alerts]
}

interface Counting {
  readonly at: number
  readonly windowMs: number
  readonly threshold: number
  readonly eachThing: boolean
}

const unwatched: Watch = { seen: [], raised: [], quietUntil: -1, more: 0 }

/** Windows slide, and both of their ends belong to them: what is exactly one window old still counts. */
function count(before: Watch = unwatched, what: string, { at, windowMs, threshold, eachThing }: Counting) {
  const current = before.seen.filter((one) => at - one.at <= windowMs)
  const isKnown = current.some((one) => one.what === what)
  // Where each thing is an alert of its own, one that stays in sight is told of again when its window is over.
  if (eachThing && isKnown) return { watch: before, raised: undefined }
  const seen = [...current.filter((one) => one.what !== what), { what, at }].slice(-Math.max(mostThings, threshold))
  const raisedBefore = before.raised.filter((when) => at - when <= windowMs)
  if (seen.length < threshold) return { watch: { ...before, seen, raised: raisedBefore }, raised: undefined }
  if (at <= before.quietUntil) return { watch: { ...before, seen, raised: raisedBefore, more: isKnown ? before.more : before.more + 1 }, raised: undefined }
  const aboutAll = raisedBefore.length + 1 >= mostAlertsInARow
  const quiet = eachThing ? (aboutAll ? Math.min(windowMs, quietAfterMany) : undefined) : windowMs
  const watch: Watch = {
    seen,
    raised: aboutAll ? [] : [...raisedBefore, at],
    quietUntil: quiet === undefined ? before.quietUntil : at + quiet,
    more: 0,
  }
  return { watch, raised: { count: seen.length, more: before.more, aboutAll } }
}

function remember(users: Readonly<Record<string, Watch>>, who: string, watch: Watch): Readonly<Record<string, Watch>> {
  const next = { ...users, [who]: watch }
  const names = Object.keys(next)
  if (names.length <= mostUsers) return next
  const last = (name: string) => next[name]?.seen.at(-1)?.at ?? 0
  const oldest = names.filter((name) => name !== who).sort((a, b) => last(a) - last(b))[0]
  return Object.fromEntries(Object.entries(next).filter(([name]) => name !== oldest))
}
