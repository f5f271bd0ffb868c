import { type AlertRule, alertRules } from '../../shared/alerts.ts'
import { type Alert, type AlertState, nothingSeen, step } from '../../electron/audit/alerts/engine.ts'
import { AlertPolicy } from '../../shared/policy.ts'
import { rngOf } from '../../sandbox/people/random.ts'
import { createDiary, type Episode, type Misuse, type Written } from './diary.ts'
import { hospitalOf } from './hospital.ts'
import { misuseOf } from './misuse.ts'
import { workOf } from './work.ts'

/** What a rule is there to find; what it finds besides is welcome, and not asked of it. */
const meantFor: Readonly<Record<AlertRule, readonly Misuse[]>> = {
  chartsPerMinute: ['bulk-fast'],
  chartsPerShift: ['bulk-slow'],
  noCareRelation: ['neighbour', 'relative', 'night-look', 'vip-peek', 'bulk-fast', 'bulk-slow', 'shared-account'],
  breakTheGlass: ['glass-abuse'],
  sameFamilyName: ['relative'],
  offHours: ['night-look'],
  vip: ['vip-peek'],
  repeatedDenials: ['probing'],
  failedUnlocks: ['pin-guessing'],
  clockSetBack: ['clock'],
}

export interface RuleTally {
  readonly rule: AlertRule
  readonly alerts: number
  /** Of these, brought about by an entry of a misuse, whatever its kind. */
  readonly justified: number
  readonly episodes: number
  readonly caught: number
}

export interface MonthTally {
  readonly entries: number
  readonly rules: readonly RuleTally[]
  readonly episodes: number
  /** Episodes of which any rule told. */
  readonly caught: number
  readonly missed: readonly Misuse[]
}

interface MonthSetting {
  readonly seed: number
  /** Up to 30. */
  readonly days: number
  readonly policy?: AlertPolicy
}

/** A simulated month: work and misuse go through the engine, a chain for each workstation, and its alerts are held against the truth. */
export function liveMonth({ seed, days, policy = AlertPolicy.parse({}) }: MonthSetting): MonthTally {
  const rng = rngOf(`alerts/${seed}`)
  const hospital = hospitalOf(rng.fork('hospital'))
  const diary = createDiary()
  workOf(hospital, diary, rng.fork('work'), days)
  const episodes = misuseOf(hospital, diary, rng.fork('misuse'), days)
  const raised = [...byWorkstation(diary.written).values()].flatMap((written) => alertsOf(written, policy))
  const keyOf = ({ kind, number }: Episode) => `${kind} ${number}`
  const caughtBy = (rule?: AlertRule) => new Set(raised.flatMap(({ alert, episode }) => (episode && (rule === undefined || alert.rule === rule) ? [keyOf(episode)] : [])))
  const rules = alertRules.map((rule): RuleTally => {
    const own = raised.filter(({ alert }) => alert.rule === rule)
    const meant = episodes.filter(({ kind }) => meantFor[rule].includes(kind))
    const caught = caughtBy(rule)
    return { rule, alerts: own.length, justified: own.filter(({ episode }) => episode !== undefined).length, episodes: meant.length, caught: meant.filter((one) => caught.has(keyOf(one))).length }
  })
  const found = caughtBy()
  return { entries: diary.written.length, rules, episodes: episodes.length, caught: found.size, missed: episodes.filter((one) => !found.has(keyOf(one))).map(({ kind }) => kind) }
}

function byWorkstation(written: readonly Written[]): ReadonlyMap<string, readonly Written[]> {
  const chains = new Map<string, Written[]>()
  for (const one of written) {
    const chain = chains.get(one.workstation)
    if (chain) chain.push(one)
    else chains.set(one.workstation, [one])
  }
  for (const chain of chains.values()) chain.sort((a, b) => a.at - b.at)
  return chains
}

function alertsOf(written: readonly Written[], policy: AlertPolicy): { readonly alert: Alert; readonly episode: Episode | undefined }[] {
  let state: AlertState = nothingSeen
  let run = 0
  let began = 0
  return written.flatMap(({ entry, at, episode, restarted }) => {
    if (restarted) {
      run += 1
      began = at
    }
    const [next, alerts] = step(state, { ...entry, mono: at - began, run: `run-${run}` }, policy, 'UTC')
    state = next
    return alerts.map((alert) => ({ alert, episode }))
  })
}
